"""Machines' serial ports in the hands of VMware's Python library (Debian's python3-pyvmomi).

Each line of the input is a request, each line of the output the machine's serial ports afterwards, or {"fault": TYPE, "text": ...}:

  {"do": "create", "vm": NAME, "ports": [PORT...]}    a machine, with its ports from the beginning
  {"do": "list",   "vm": NAME}
  {"do": "add",    "vm": NAME, "ports": [PORT...]}    all of them in one change
  {"do": "edit",   "vm": NAME, "key": KEY, ...}       fields of PORT; the device goes back whole, as it was read
  {"do": "remove", "vm": NAME, "key": KEY}

PORT: serviceURI direction proxyURI (null: none) yieldOnPoll startConnected.
"""
import argparse
import json
import ssl
import sys
import urllib.parse

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("--user", required=True)
parser.add_argument("--password", required=True)
options = parser.parse_args()

Device = vim.vm.device.VirtualSerialPort


def main():
    url = urllib.parse.urlsplit(options.url)
    service = SmartConnect(host=url.hostname, port=url.port or 443, user=options.user, pwd=options.password,
                           sslContext=ssl._create_unverified_context())
    inventory = Inventory(service.RetrieveContent())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = inventory.do(request.pop("do"), request.pop("vm"), request)
        except vmodl.MethodFault as fault:
            answer = {"fault": type(fault).__name__, "text": fault.msg}
        print(json.dumps(answer), flush=True)
    Disconnect(service)


class Inventory:
    def __init__(self, content):
        self.content = content

    def do(self, what, name, words):
        if what == "create":
            self.create(name, words["ports"])
        elif what == "add":
            self.reconfigure(name, [change("add", port(-1 - number, one)) for number, one in enumerate(words["ports"])])
        elif what == "edit":
            self.reconfigure(name, [change("edit", edited(self.device(name, words.pop("key")), words))])
        elif what == "remove":
            self.reconfigure(name, [change("remove", self.device(name, words["key"]))])
        return [describe(device) for device in self.devices(name)]

    def create(self, name, ports):
        datacenter = next(child for child in self.content.rootFolder.childEntity if isinstance(child, vim.Datacenter))
        compute = datacenter.hostFolder.childEntity[0]
        WaitForTask(datacenter.vmFolder.CreateVM_Task(pool=compute.resourcePool, config=vim.vm.ConfigSpec(
            name=name, guestId="otherGuest64", numCPUs=1, memoryMB=64,
            files=vim.vm.FileInfo(vmPathName=f"[{compute.datastore[0].name}]"),
            deviceChange=[change("add", port(-1 - number, one)) for number, one in enumerate(ports)])))

    def reconfigure(self, name, changes):
        WaitForTask(self.machine(name).ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=changes)))

    def machine(self, name):
        view = self.content.viewManager.CreateContainerView(self.content.rootFolder, [vim.VirtualMachine], True)
        try:
            return next(one for one in view.view if one.name == name)
        finally:
            view.DestroyView()

    def devices(self, name):
        return [device for device in self.machine(name).config.hardware.device if isinstance(device, Device)]

    def device(self, name, key):
        return next(device for device in self.devices(name) if device.key == key)


def change(operation, device):
    return vim.vm.device.VirtualDeviceSpec(operation=operation, device=device)


def port(key, words):
    return Device(
        key=key, yieldOnPoll=words["yieldOnPoll"],
        backing=Device.URIBackingInfo(serviceURI=words["serviceURI"], direction=words["direction"], proxyURI=words["proxyURI"]),
        connectable=vim.vm.device.VirtualDevice.ConnectInfo(startConnected=words["startConnected"], allowGuestControl=True, connected=False))


def edited(device, words):
    for name, value in words.items():
        if name in ("serviceURI", "direction", "proxyURI"):
            setattr(device.backing, name, value)
        elif name == "startConnected":
            device.connectable.startConnected = value
        else:
            setattr(device, name, value)
    return device


def describe(device):
    return {"key": device.key, "yieldOnPoll": device.yieldOnPoll, "serviceURI": device.backing.serviceURI,
            "direction": device.backing.direction, "proxyURI": device.backing.proxyURI,
            "startConnected": device.connectable.startConnected if device.connectable else None}


main()
