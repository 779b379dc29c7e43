// Machines' serial ports in the hands of govmomi, by the helpers that govc's device.serial.* are made of.
//
// Each line of the input is a request, each line of the output the machine's serial ports afterwards, or {"fault": TYPE, "text": ...}:
//
//	{"do": "create", "vm": NAME, "ports": [PORT...]}    a machine, and then its ports
//	{"do": "list",   "vm": NAME}
//	{"do": "add",    "vm": NAME, "ports": [PORT...]}    device.serial.add and device.serial.connect for each
//	{"do": "edit",   "vm": NAME, "key": KEY, ...}       device.serial.connect with fields of PORT
//	{"do": "reset",  "vm": NAME, "key": KEY}            device.serial.disconnect, which takes the address away
//	{"do": "remove", "vm": NAME, "key": KEY}            device.remove
//
// PORT: serviceURI direction proxyURI (null: none) yieldOnPoll startConnected.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"reflect"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

type port struct {
	Key            int32   `json:"key"`
	ServiceURI     *string `json:"serviceURI"`
	Direction      *string `json:"direction"`
	ProxyURI       *string `json:"proxyURI"`
	YieldOnPoll    *bool   `json:"yieldOnPoll"`
	StartConnected *bool   `json:"startConnected"`
}

type request struct {
	Do    string `json:"do"`
	VM    string `json:"vm"`
	Ports []port `json:"ports"`
	port
}

type inventory struct {
	ctx    context.Context
	client *govmomi.Client
	finder *find.Finder
}

func main() {
	user := flag.String("user", "", "who logs in")
	password := flag.String("password", "", "with which password")
	flag.Parse()

	where, err := soap.ParseURL(flag.Arg(0))
	if err != nil {
		panic(err)
	}
	where.User = url.UserPassword(*user, *password)
	ctx := context.Background()
	client, err := govmomi.NewClient(ctx, where, true)
	if err != nil {
		panic(err)
	}
	defer client.Logout(ctx)
	known := inventory{ctx, client, find.NewFinder(client.Client)}
	datacenter, err := known.finder.DefaultDatacenter(ctx)
	if err != nil {
		panic(err)
	}
	known.finder.SetDatacenter(datacenter)

	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		var asked request
		if err := json.Unmarshal(input.Bytes(), &asked); err != nil {
			panic(err)
		}
		var answer interface{}
		ports, err := known.do(asked)
		if answer = ports; err != nil {
			answer = map[string]string{"fault": reflect.TypeOf(err).String(), "text": err.Error()}
		}
		text, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(text))
	}
}

func (i inventory) do(asked request) ([]port, error) {
	if asked.Do == "create" {
		if err := i.create(asked.VM); err != nil {
			return nil, err
		}
	}
	machine, err := i.finder.VirtualMachine(i.ctx, asked.VM)
	if err != nil {
		return nil, err
	}
	for _, one := range asked.Ports {
		if err := i.add(machine, one); err != nil {
			return nil, err
		}
	}
	devices, err := machine.Device(i.ctx)
	if err != nil {
		return nil, err
	}
	if asked.Do == "edit" || asked.Do == "reset" || asked.Do == "remove" {
		device := one(devices, asked.Key)
		switch {
		case device == nil:
			err = errors.New("there is no such port")
		case asked.Do == "remove":
			err = machine.RemoveDevice(i.ctx, false, device)
		case asked.Do == "reset":
			err = machine.EditDevice(i.ctx, devices.DisconnectSerialPort(device))
		default:
			err = machine.EditDevice(i.ctx, connect(devices, device, asked.port))
		}
		if err != nil {
			return nil, err
		}
		if devices, err = machine.Device(i.ctx); err != nil {
			return nil, err
		}
	}
	described := []port{}
	for _, device := range serial(devices) {
		described = append(described, describe(device))
	}
	return described, nil
}

func (i inventory) create(name string) error {
	pool, err := i.finder.DefaultResourcePool(i.ctx)
	if err != nil {
		return err
	}
	store, err := i.finder.DefaultDatastore(i.ctx)
	if err != nil {
		return err
	}
	folder, err := i.finder.DefaultFolder(i.ctx)
	if err != nil {
		return err
	}
	made, err := folder.CreateVM(i.ctx, types.VirtualMachineConfigSpec{
		Name: name, GuestId: string(types.VirtualMachineGuestOsIdentifierOtherGuest64), NumCPUs: 1, MemoryMB: 64,
		Files: &types.VirtualMachineFileInfo{VmPathName: store.Path("")}}, pool, nil)
	if err != nil {
		return err
	}
	return made.Wait(i.ctx)
}

// add makes a port without an address, finds it, and gives it one.
func (i inventory) add(machine *object.VirtualMachine, words port) error {
	devices, err := machine.Device(i.ctx)
	if err != nil {
		return err
	}
	before := map[int32]bool{}
	for _, device := range serial(devices) {
		before[device.Key] = true
	}
	device, err := devices.CreateSerialPort()
	if err != nil {
		return err
	}
	if err = machine.AddDevice(i.ctx, device); err != nil {
		return err
	}
	if devices, err = machine.Device(i.ctx); err != nil {
		return err
	}
	for _, device := range serial(devices) {
		if !before[device.Key] {
			return machine.EditDevice(i.ctx, connect(devices, device, words))
		}
	}
	return errors.New("the port is gone")
}

func connect(devices object.VirtualDeviceList, device *types.VirtualSerialPort, words port) *types.VirtualSerialPort {
	was := describe(device)
	client := *text(words.Direction, was.Direction) == "client"
	devices.ConnectSerialPort(device, *text(words.ServiceURI, was.ServiceURI), client, *text(words.ProxyURI, new(string)))
	if words.YieldOnPoll != nil {
		device.YieldOnPoll = *words.YieldOnPoll
	}
	if words.StartConnected != nil {
		if device.Connectable == nil { // govmomi's simulator stores what it was given
			device.Connectable = &types.VirtualDeviceConnectInfo{AllowGuestControl: true}
		}
		device.Connectable.StartConnected = *words.StartConnected
	}
	return device
}

func text(first, second *string) *string {
	if first != nil {
		return first
	}
	return second
}

func serial(devices object.VirtualDeviceList) []*types.VirtualSerialPort {
	var found []*types.VirtualSerialPort
	for _, device := range devices.SelectByType((*types.VirtualSerialPort)(nil)) {
		found = append(found, device.(*types.VirtualSerialPort))
	}
	return found
}

func one(devices object.VirtualDeviceList, key int32) *types.VirtualSerialPort {
	for _, device := range serial(devices) {
		if device.Key == key {
			return device
		}
	}
	return nil
}

func describe(device *types.VirtualSerialPort) port {
	described := port{Key: device.Key, YieldOnPoll: &device.YieldOnPoll}
	if backing, is := device.Backing.(*types.VirtualSerialPortURIBackingInfo); is {
		described.ServiceURI, described.Direction = &backing.ServiceURI, &backing.Direction
		if backing.ProxyURI != "" {
			described.ProxyURI = &backing.ProxyURI
		}
	}
	if device.Connectable != nil {
		described.StartConnected = &device.Connectable.StartConnected
	}
	return described
}
