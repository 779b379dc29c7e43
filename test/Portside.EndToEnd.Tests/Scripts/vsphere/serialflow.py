"""The life of a machine with a network serial port, told by VMware's Python library (Debian's python3-pyvmomi).

One line of JSON is printed for each step; the next step waits for a line "go" on standard input, so that somebody else can look
at the world in between. A step that fails prints {"step": NAME, "fault": TYPE, "text": ...} and ends the program with exit code 1.

  login browse options create add on disconnect connect reconnect edit move off remove tasks destroy logout
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
parser.add_argument("--vm", required=True, help="name of the machine to create")
parser.add_argument("--proxy", required=True, help="proxyURI of its port")
parser.add_argument("--service", default="vSPC.py", help="serviceURI of its port")
parser.add_argument("--edited", default="vmware-vspc", help="serviceURI that step edit sets")
parser.add_argument("--extra", action="append", default=[], metavar="KEY=VALUE", help="extraConfig of the machine")
parser.add_argument("--move", choices=["migrate", "relocate"], default="migrate", help="the method that changes its host")
parser.add_argument("--lacks", action="append", default=[], metavar="STEP", help="a step the server cannot do: left out")
options = parser.parse_args()

Collector = vmodl.query.PropertyCollector


def main():
    flow = Flow()
    for step in (flow.login, flow.browse, flow.options, flow.create, flow.add, flow.on, flow.disconnect, flow.connect,
                 flow.reconnect, flow.edit, flow.move, flow.off, flow.remove, flow.tasks, flow.destroy, flow.logout):
        name = step.__name__
        if name in options.lacks:
            continue
        try:
            answer = step()
        except vmodl.MethodFault as fault:
            tell(step=name, fault=type(fault).__name__, text=fault.msg)
            return 1
        tell(step=name, **(answer or {}))
        if name != "logout" and sys.stdin.readline().strip() != "go":
            return 2
    return 0


def tell(**words):
    print(json.dumps(words), flush=True)


class Flow:
    def login(self):
        url = urllib.parse.urlsplit(options.url)
        self.service = SmartConnect(host=url.hostname, port=url.port or 443, user=options.user, pwd=options.password,
                                    sslContext=ssl._create_unverified_context())
        self.content = self.service.RetrieveContent()
        about = self.content.about
        return {"apiType": about.apiType, "apiVersion": about.apiVersion, "user": self.content.sessionManager.currentSession.userName,
                "time": self.service.CurrentTime().isoformat()}

    def browse(self):
        """Twice: by a view, and hand over hand from the root."""
        view = self.content.viewManager.CreateContainerView(self.content.rootFolder, [vim.HostSystem, vim.VirtualMachine], True)
        seen = [entity for entity in view.view]
        view.DestroyView()
        self.hosts = [entity for entity in seen if isinstance(entity, vim.HostSystem)]

        self.datacenter = next(child for child in self.content.rootFolder.childEntity if isinstance(child, vim.Datacenter))
        self.compute = self.datacenter.hostFolder.childEntity[0]
        self.datastore = self.datacenter.datastore[0] if self.datacenter.datastore else self.compute.datastore[0]
        walked = [host for compute in self.datacenter.hostFolder.childEntity for host in compute.host]
        return {"datacenter": self.datacenter.name, "compute": self.compute.name, "datastore": self.datastore.name,
                "pool": self.compute.resourcePool.name, "hosts": sorted(host.name for host in self.hosts),
                "walked": sorted(host.name for host in walked),
                "machines": names(entity for entity in seen if isinstance(entity, vim.VirtualMachine))}

    def options(self):
        """What VMware's guide says to look at before a network serial port is used."""
        browser = self.compute.environmentBrowser
        keys = [descriptor.key for descriptor in browser.QueryConfigOptionDescriptor()]
        offered = browser.QueryConfigOption(key=keys[-1] if keys else None, host=self.compute.host[0])
        serial = [option for option in offered.hardwareOptions.virtualDeviceOption if isinstance(option, vim.vm.device.VirtualSerialPortOption)]
        network = [backing for option in serial for backing in option.backingOption
                   if isinstance(backing, vim.vm.device.VirtualDeviceOption.URIBackingOption)]
        return {"version": offered.version, "keys": keys, "serialPort": bool(serial),
                "backings": [backing.type.__name__ for option in serial for backing in option.backingOption],
                "directions": [choice.key for backing in network for choice in backing.directions.choiceInfo],
                "startConnected": [option.connectOption.startConnected.supported for option in serial if option.connectOption]}

    def create(self):
        spec = vim.vm.ConfigSpec(
            name=options.vm, guestId="otherGuest64", numCPUs=1, memoryMB=64,
            files=vim.vm.FileInfo(vmPathName=f"[{self.datastore.name}]"),
            extraConfig=[vim.option.OptionValue(key=key, value=value) for key, _, value in (pair.partition("=") for pair in options.extra)],
            deviceChange=[self.adding(port(options.service))])
        task = self.datacenter.vmFolder.CreateVM_Task(config=spec, pool=self.compute.resourcePool)
        WaitForTask(task)
        self.vm = task.info.result
        return {"vm": self.vm._GetMoId(), "name": self.vm.name, "uuid": self.vm.config.uuid, "instanceUuid": self.vm.config.instanceUuid,
                "found": self.find(), **self.state()}

    def find(self):
        """The same machine by its place and by its identity."""
        place = f"{self.datacenter.name}/{self.datacenter.vmFolder.name}/{options.vm}"
        index = self.content.searchIndex
        return [found._GetMoId() if found else None for found in (
            index.FindByInventoryPath(place), index.FindByUuid(None, self.vm.config.instanceUuid, True, True),
            index.FindChild(self.datacenter.vmFolder, options.vm))]

    def add(self):
        """A second port, which stays unconnected."""
        self.reconfigure(self.adding(port("second", start=False)))
        return self.state()

    def on(self):
        WaitForTask(self.vm.PowerOnVM_Task())
        return self.state()

    def disconnect(self):
        return self.set_connected(False)

    def connect(self):
        return self.set_connected(True)

    def reconnect(self):
        return self.set_connected(True)

    def edit(self):
        device = self.port()
        device.backing.serviceURI = options.edited
        self.change(device)
        return self.state()

    def move(self):
        here = self.vm.runtime.host
        there = next(host for host in self.hosts if host != here)
        if options.move == "migrate":
            task = self.vm.MigrateVM_Task(host=there, priority=vim.VirtualMachine.MovePriority.defaultPriority)
        else:
            task = self.vm.RelocateVM_Task(vim.vm.RelocateSpec(host=there, pool=self.compute.resourcePool))
        WaitForTask(task)
        return {"from": here.name, **self.state()}

    def off(self):
        WaitForTask(self.vm.PowerOffVM_Task())
        return self.state()

    def remove(self):
        second = next(device for device in self.ports() if device.backing.serviceURI == "second")
        self.reconfigure(vim.vm.device.VirtualDeviceSpec(operation="remove", device=second))
        return self.state()

    def tasks(self):
        return {"recent": [task.info.descriptionId for task in self.content.taskManager.recentTask]}

    def destroy(self):
        WaitForTask(self.vm.Destroy_Task())
        view = self.content.viewManager.CreateContainerView(self.content.rootFolder, [vim.VirtualMachine], True)
        left = names(view.view)
        view.DestroyView()
        try:
            gone = self.vm.name is None
        except vmodl.fault.ManagedObjectNotFound:
            gone = True
        return {"machines": left, "gone": gone}

    def logout(self):
        Disconnect(self.service)

    # -- what the steps are made of

    def state(self):
        return {"power": self.vm.runtime.powerState, "host": self.vm.runtime.host.name if self.vm.runtime.host else None,
                "ports": [describe(device) for device in self.ports()]}

    def ports(self):
        return [device for device in self.vm.config.hardware.device if isinstance(device, vim.vm.device.VirtualSerialPort)]

    def port(self):
        """The port that is told to connect; a newly read one each time, as others may have changed it."""
        return next(device for device in self.ports() if device.backing.serviceURI in (options.service, options.edited))

    def set_connected(self, connected):
        device = self.port()
        device.connectable.connected = connected
        self.change(device)
        return self.state()

    def change(self, device):
        self.reconfigure(vim.vm.device.VirtualDeviceSpec(operation="edit", device=device))

    def adding(self, device):
        return vim.vm.device.VirtualDeviceSpec(operation="add", device=device)

    def reconfigure(self, change):
        self.watch(self.vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[change], changeVersion=self.vm.config.changeVersion)))

    def watch(self, task):
        """Waits for a task as programs with a collector of their own do; WaitForTask above uses the older method."""
        collector = self.content.propertyCollector.CreatePropertyCollector()
        collector.CreateFilter(Collector.FilterSpec(objectSet=[Collector.ObjectSpec(obj=task)],
                                                    propSet=[Collector.PropertySpec(type=vim.Task, pathSet=["info.state"])]), False)
        version, state = "", None
        while state not in ("success", "error"):
            updates = collector.WaitForUpdatesEx(version, Collector.WaitOptions(maxWaitSeconds=30))
            if updates:
                version = updates.version
                for change in (change for filters in updates.filterSet for one in filters.objectSet for change in one.changeSet):
                    state = change.val
        collector.DestroyPropertyCollector()
        if state == "error":
            raise task.info.error


def port(service, start=True):
    return vim.vm.device.VirtualSerialPort(
        key=-1, yieldOnPoll=True,
        backing=vim.vm.device.VirtualSerialPort.URIBackingInfo(serviceURI=service, direction="server", proxyURI=options.proxy),
        connectable=vim.vm.device.VirtualDevice.ConnectInfo(startConnected=start, allowGuestControl=True, connected=False))


def names(entities):
    """Those of entities that are still there."""
    found = []
    for entity in entities:
        try:
            found.append(entity.name)
        except vmodl.fault.ManagedObjectNotFound:
            pass  # it was destroyed since the list was made
    return sorted(found)


def describe(device):
    connectable = device.connectable
    return {"key": device.key, "label": device.deviceInfo.label, "summary": device.deviceInfo.summary,
            "controllerKey": device.controllerKey, "unitNumber": device.unitNumber, "yieldOnPoll": device.yieldOnPoll,
            "serviceURI": device.backing.serviceURI, "direction": device.backing.direction, "proxyURI": device.backing.proxyURI,
            **({} if connectable is None else {"startConnected": connectable.startConnected, "connected": connectable.connected,
                                               "allowGuestControl": connectable.allowGuestControl, "status": connectable.status})}


sys.exit(main())
