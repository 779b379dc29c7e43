// The life of a machine with a network serial port, told by govmomi: the helpers that govc is made of.
//
// One line of JSON is printed for each step; the next step waits for a line "go" on standard input, so that somebody else can
// look at the world in between. A step that fails prints {"step": NAME, "fault": TYPE, "text": ...} and ends the program with
// exit code 1.
//
//	login browse options create add on disconnect connect reconnect edit move off remove tasks destroy logout
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
	"sort"
	"strings"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/task"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

type words map[string]interface{}

type list []string

func (l *list) String() string         { return strings.Join(*l, " ") }
func (l *list) Set(value string) error { *l = append(*l, value); return nil }
func (l list) has(value string) bool {
	for _, one := range l {
		if one == value {
			return true
		}
	}
	return false
}

var (
	user     = flag.String("user", "", "who logs in")
	password = flag.String("password", "", "with which password")
	name     = flag.String("vm", "", "name of the machine to create")
	proxy    = flag.String("proxy", "", "proxyURI of its port")
	service  = flag.String("service", "vSPC.py", "serviceURI of its port")
	edited   = flag.String("edited", "vmware-vspc", "serviceURI that step edit sets")
	way      = flag.String("move", "migrate", "the method that changes its host: migrate or relocate")
	extra    list
	lacks    list
)

func main() {
	flag.Var(&extra, "extra", "KEY=VALUE for the machine's extraConfig")
	flag.Var(&lacks, "lacks", "a step the server cannot do: left out; or connectable, which it does not fill in")
	flag.Parse()

	f := flow{ctx: context.Background()}
	steps := []struct {
		name string
		do   func() (words, error)
	}{
		{"login", f.login}, {"browse", f.browse}, {"options", f.options}, {"create", f.create}, {"add", f.add}, {"on", f.on},
		{"disconnect", f.disconnect}, {"connect", f.connect}, {"reconnect", f.connect}, {"edit", f.edit}, {"move", f.move},
		{"off", f.off}, {"remove", f.remove}, {"tasks", f.tasks}, {"destroy", f.destroy}, {"logout", f.logout},
	}

	input := bufio.NewScanner(os.Stdin)
	for _, step := range steps {
		if lacks.has(step.name) {
			continue
		}
		answer, err := step.do()
		if err != nil {
			tell(words{"step": step.name, "fault": fault(err), "text": err.Error()})
			os.Exit(1)
		}
		if answer == nil {
			answer = words{}
		}
		answer["step"] = step.name
		tell(answer)
		if step.name != "logout" && !(input.Scan() && input.Text() == "go") {
			os.Exit(2)
		}
	}
}

func tell(answer words) {
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

// fault is the name of the type behind an error, wherever it hides.
func fault(err error) string {
	var failed task.Error
	switch {
	case soap.IsSoapFault(err):
		return reflect.TypeOf(soap.ToSoapFault(err).VimFault()).String()
	case soap.IsVimFault(err):
		return reflect.TypeOf(soap.ToVimFault(err)).String()
	case errors.As(err, &failed):
		return reflect.TypeOf(failed.Fault()).String()
	}
	return reflect.TypeOf(err).String()
}

type flow struct {
	ctx     context.Context
	client  *govmomi.Client
	finder  *find.Finder
	folders *object.DatacenterFolders
	compute *object.ComputeResource
	pool    *object.ResourcePool
	store   *object.Datastore
	network object.NetworkReference
	hosts   []*object.HostSystem
	vm      *object.VirtualMachine
	task    string
}

func (f *flow) login() (words, error) {
	where, err := soap.ParseURL(flag.Arg(0))
	if err != nil {
		return nil, err
	}
	client, err := vim25.NewClient(f.ctx, soap.NewClient(where, true))
	if err != nil {
		return nil, err
	}
	f.client = &govmomi.Client{Client: client, SessionManager: session.NewManager(client)}
	if err = f.client.Login(f.ctx, url.UserPassword(*user, *password)); err != nil {
		return nil, err
	}
	now, err := methods.GetCurrentTime(f.ctx, client)
	if err != nil {
		return nil, err
	}
	who, err := f.client.SessionManager.UserSession(f.ctx)
	if err != nil {
		return nil, err
	}
	about := client.ServiceContent.About
	return words{"apiType": about.ApiType, "apiVersion": about.ApiVersion, "user": who.UserName, "time": now}, nil
}

// browse goes twice: by a view, and by the paths that govc's finder walks.
func (f *flow) browse() (words, error) {
	f.finder = find.NewFinder(f.client.Client)
	datacenter, err := f.finder.DefaultDatacenter(f.ctx)
	if err != nil {
		return nil, err
	}
	f.finder.SetDatacenter(datacenter)
	if f.folders, err = datacenter.Folders(f.ctx); err != nil {
		return nil, err
	}
	if f.compute, err = f.finder.DefaultComputeResource(f.ctx); err != nil {
		return nil, err
	}
	if f.pool, err = f.finder.DefaultResourcePool(f.ctx); err != nil {
		return nil, err
	}
	if f.store, err = f.finder.DefaultDatastore(f.ctx); err != nil {
		return nil, err
	}
	networks, err := f.finder.NetworkList(f.ctx, "*")
	if err != nil {
		return nil, err
	}
	f.network = networks[0]
	if f.hosts, err = f.finder.HostSystemList(f.ctx, "*"); err != nil {
		return nil, err
	}
	var walked []string
	for _, host := range f.hosts {
		walked = append(walked, host.Name())
	}
	sort.Strings(walked)

	hosts, err := f.names("HostSystem")
	if err != nil {
		return nil, err
	}
	machines, err := f.names("VirtualMachine")
	return words{"datacenter": datacenter.Name(), "compute": f.compute.Name(), "datastore": f.store.Name(), "pool": f.pool.Name(),
		"network": f.network.GetInventoryPath(), "hosts": hosts, "walked": walked, "machines": machines}, err
}

// names are those of all entities of a type, read through a view in one pass.
func (f *flow) names(kind string) ([]string, error) {
	seen, err := view.NewManager(f.client.Client).CreateContainerView(f.ctx, f.client.ServiceContent.RootFolder, []string{kind}, true)
	if err != nil {
		return nil, err
	}
	defer seen.Destroy(f.ctx)
	var entities []mo.ManagedEntity
	if err = seen.Retrieve(f.ctx, []string{kind}, []string{"name"}, &entities); err != nil {
		return nil, err
	}
	names := []string{}
	for _, entity := range entities {
		names = append(names, entity.Name)
	}
	sort.Strings(names)
	return names, nil
}

// options looks at what VMware's guide says to look at before a network serial port is used.
func (f *flow) options() (words, error) {
	var compute mo.ComputeResource
	if err := f.compute.Properties(f.ctx, f.compute.Reference(), []string{"environmentBrowser"}, &compute); err != nil {
		return nil, err
	}
	host := f.hosts[0].Reference()
	answer, err := methods.QueryConfigOptionEx(f.ctx, f.client, &types.QueryConfigOptionEx{
		This: *compute.EnvironmentBrowser, Spec: &types.EnvironmentBrowserConfigOptionQuerySpec{Host: &host}})
	if err != nil {
		return nil, err
	}
	found := words{"version": answer.Returnval.Version, "serialPort": false}
	var backings, directions []string
	var startConnected []bool
	for _, option := range answer.Returnval.HardwareOptions.VirtualDeviceOption {
		serial, is := option.(*types.VirtualSerialPortOption)
		if !is {
			continue
		}
		found["serialPort"] = true
		if serial.ConnectOption != nil {
			startConnected = append(startConnected, serial.ConnectOption.StartConnected.Supported)
		}
		for _, backing := range serial.BackingOption {
			backings = append(backings, backing.GetVirtualDeviceBackingOption().Type)
			if network, is := backing.(*types.VirtualSerialPortURIBackingOption); is {
				for _, choice := range network.Directions.ChoiceInfo {
					directions = append(directions, choice.GetElementDescription().Key)
				}
			}
		}
	}
	found["backings"], found["directions"], found["startConnected"] = backings, directions, startConnected
	return found, nil
}

// create makes a machine as govc does, with a disk controller and a network card, after a look at whether its place is free.
func (f *flow) create() (words, error) {
	browser, err := f.store.Browser(f.ctx)
	if err != nil {
		return nil, err
	}
	look, err := browser.SearchDatastore(f.ctx, f.store.Path(*name), nil)
	if err != nil {
		return nil, err
	}
	_, err = look.WaitForResult(f.ctx, nil)
	if failed, is := err.(task.Error); !is || !types.IsFileNotFound(task.Error(failed)) {
		return nil, fmt.Errorf("the place of a machine that is not there yet is not simply free: %v", err)
	}

	card, err := f.network.EthernetCardBackingInfo(f.ctx)
	if err != nil {
		return nil, err
	}
	var devices object.VirtualDeviceList
	scsi, err := devices.CreateSCSIController("pvscsi")
	if err != nil {
		return nil, err
	}
	ethernet, err := devices.CreateEthernetCard("vmxnet3", card)
	if err != nil {
		return nil, err
	}
	devices = append(devices, scsi, ethernet)
	changes, err := devices.ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd)
	if err != nil {
		return nil, err
	}
	spec := types.VirtualMachineConfigSpec{
		Name: *name, GuestId: string(types.VirtualMachineGuestOsIdentifierOtherGuest64), NumCPUs: 1, MemoryMB: 64,
		Files: &types.VirtualMachineFileInfo{VmPathName: f.store.Path("")}, DeviceChange: changes}
	for _, pair := range extra {
		parts := strings.SplitN(pair, "=", 2)
		spec.ExtraConfig = append(spec.ExtraConfig, &types.OptionValue{Key: parts[0], Value: parts[1]})
	}
	made, err := f.folders.VmFolder.CreateVM(f.ctx, spec, f.pool, nil)
	if err != nil {
		return nil, err
	}
	info, err := made.WaitForResult(f.ctx, nil)
	if err != nil {
		return nil, err
	}
	f.task = info.Task.Value
	if f.vm, err = f.finder.VirtualMachine(f.ctx, *name); err != nil {
		return nil, err
	}

	var machine mo.VirtualMachine
	if err = f.vm.Properties(f.ctx, f.vm.Reference(), []string{"name", "config.uuid", "config.instanceUuid"}, &machine); err != nil {
		return nil, err
	}
	found, err := f.find(machine.Config.InstanceUuid)
	if err != nil {
		return nil, err
	}
	return f.state(words{"vm": info.Result.(types.ManagedObjectReference).Value, "name": machine.Name, "uuid": machine.Config.Uuid,
		"instanceUuid": machine.Config.InstanceUuid, "found": found})
}

// find is the same machine by its place and by its identity.
func (f *flow) find(uuid string) ([]string, error) {
	index, instance := object.NewSearchIndex(f.client.Client), true
	var found []string
	for _, look := range []func() (object.Reference, error){
		func() (object.Reference, error) { return index.FindByInventoryPath(f.ctx, f.vm.InventoryPath) },
		func() (object.Reference, error) { return index.FindByUuid(f.ctx, nil, uuid, true, &instance) },
		func() (object.Reference, error) { return index.FindChild(f.ctx, f.folders.VmFolder, *name) },
	} {
		one, err := look()
		if err != nil {
			return nil, err
		}
		if one == nil {
			return nil, errors.New("the search index does not know the machine")
		}
		found = append(found, one.Reference().Value)
	}
	return found, nil
}

// add makes two ports as govc's device.serial.add and device.serial.connect do; the second stays unconnected.
func (f *flow) add() (words, error) {
	for _, uri := range []string{*service, "second"} {
		devices, err := f.vm.Device(f.ctx)
		if err != nil {
			return nil, err
		}
		port, err := devices.CreateSerialPort()
		if err != nil {
			return nil, err
		}
		before := keys(devices)
		if err = f.vm.AddDevice(f.ctx, port); err != nil {
			return nil, err
		}
		if devices, err = f.vm.Device(f.ctx); err != nil {
			return nil, err
		}
		for _, device := range ports(devices) {
			if before[device.Key] {
				continue
			}
			if device.Connectable == nil && lacks.has("connectable") {
				device.Connectable = &types.VirtualDeviceConnectInfo{StartConnected: true, AllowGuestControl: true}
			}
			if uri == "second" && device.Connectable != nil {
				device.Connectable.StartConnected = false
			}
			if err = f.vm.EditDevice(f.ctx, devices.ConnectSerialPort(device, uri, false, *proxy)); err != nil {
				return nil, err
			}
		}
	}
	return f.state(nil)
}

func (f *flow) on() (words, error) {
	return f.wait(f.vm.PowerOn(f.ctx))
}

func (f *flow) disconnect() (words, error) {
	return f.change(func(devices object.VirtualDeviceList, port *types.VirtualSerialPort) error {
		return devices.Disconnect(port)
	})
}

func (f *flow) connect() (words, error) {
	return f.change(func(devices object.VirtualDeviceList, port *types.VirtualSerialPort) error {
		return devices.Connect(port)
	})
}

func (f *flow) edit() (words, error) {
	return f.change(func(devices object.VirtualDeviceList, port *types.VirtualSerialPort) error {
		devices.ConnectSerialPort(port, *edited, false, *proxy)
		return nil
	})
}

func (f *flow) move() (words, error) {
	here, err := f.vm.HostSystem(f.ctx)
	if err != nil {
		return nil, err
	}
	var there *object.HostSystem
	for _, host := range f.hosts {
		if host.Reference() != here.Reference() {
			there = host
		}
	}
	if there == nil {
		return nil, errors.New("there is no other host")
	}
	if *way == "migrate" {
		return f.wait(f.vm.Migrate(f.ctx, f.pool, there, types.VirtualMachineMovePriorityDefaultPriority, types.VirtualMachinePowerStatePoweredOn))
	}
	host, pool := there.Reference(), f.pool.Reference()
	return f.wait(f.vm.Relocate(f.ctx, types.VirtualMachineRelocateSpec{Host: &host, Pool: &pool}, types.VirtualMachineMovePriorityDefaultPriority))
}

func (f *flow) off() (words, error) {
	return f.wait(f.vm.PowerOff(f.ctx))
}

func (f *flow) remove() (words, error) {
	devices, err := f.vm.Device(f.ctx)
	if err != nil {
		return nil, err
	}
	for _, port := range ports(devices) {
		if uri(port).ServiceURI == "second" {
			if err = f.vm.RemoveDevice(f.ctx, false, port); err != nil {
				return nil, err
			}
		}
	}
	return f.state(nil)
}

// tasks lists the recent ones as govc does: a view over the manager's list.
func (f *flow) tasks() (words, error) {
	recent, err := view.NewManager(f.client.Client).CreateTaskView(f.ctx, f.client.ServiceContent.TaskManager)
	if err != nil {
		return nil, err
	}
	defer recent.Destroy(f.ctx)
	names := []string{}
	err = recent.Collect(f.ctx, func(infos []types.TaskInfo) {
		for _, info := range infos {
			names = append(names, info.DescriptionId)
		}
	})
	return words{"recent": names}, err
}

func (f *flow) destroy() (words, error) {
	gone, err := f.vm.Destroy(f.ctx)
	if err != nil {
		return nil, err
	}
	if err = gone.Wait(f.ctx); err != nil {
		return nil, err
	}
	machines, err := f.names("VirtualMachine")
	if err != nil {
		return nil, err
	}
	_, err = f.finder.VirtualMachine(f.ctx, *name)
	_, missing := err.(*find.NotFoundError)
	return words{"machines": machines, "gone": missing}, nil
}

func (f *flow) logout() (words, error) {
	return nil, f.client.Logout(f.ctx)
}

// -- what the steps are made of

func (f *flow) wait(task *object.Task, err error) (words, error) {
	if err != nil {
		return nil, err
	}
	if _, err = task.WaitForResult(f.ctx, nil); err != nil {
		return nil, err
	}
	return f.state(nil)
}

// change edits the port that is told to connect; a newly read one each time, as others may have changed it.
func (f *flow) change(what func(object.VirtualDeviceList, *types.VirtualSerialPort) error) (words, error) {
	devices, err := f.vm.Device(f.ctx)
	if err != nil {
		return nil, err
	}
	for _, port := range ports(devices) {
		if uri(port).ServiceURI != *service && uri(port).ServiceURI != *edited {
			continue
		}
		if err = what(devices, port); err != nil {
			return nil, err
		}
		if err = f.vm.EditDevice(f.ctx, port); err != nil {
			return nil, err
		}
		return f.state(nil)
	}
	return nil, errors.New("the port is gone")
}

func (f *flow) state(answer words) (words, error) {
	if answer == nil {
		answer = words{}
	}
	var machine mo.VirtualMachine
	collector := property.DefaultCollector(f.client.Client)
	if err := collector.RetrieveOne(f.ctx, f.vm.Reference(), []string{"runtime.powerState", "runtime.host", "config.hardware.device"}, &machine); err != nil {
		return nil, err
	}
	answer["power"] = machine.Runtime.PowerState
	if machine.Runtime.Host != nil {
		var host mo.HostSystem
		if err := collector.RetrieveOne(f.ctx, *machine.Runtime.Host, []string{"name"}, &host); err != nil {
			return nil, err
		}
		answer["host"] = host.Name
	}
	described := []words{}
	for _, port := range ports(machine.Config.Hardware.Device) {
		described = append(described, describe(port))
	}
	answer["ports"] = described
	return answer, nil
}

func keys(devices object.VirtualDeviceList) map[int32]bool {
	known := map[int32]bool{}
	for _, device := range devices {
		known[device.GetVirtualDevice().Key] = true
	}
	return known
}

func ports(devices object.VirtualDeviceList) []*types.VirtualSerialPort {
	var found []*types.VirtualSerialPort
	for _, device := range devices.SelectByType((*types.VirtualSerialPort)(nil)) {
		found = append(found, device.(*types.VirtualSerialPort))
	}
	return found
}

func uri(port *types.VirtualSerialPort) types.VirtualDeviceURIBackingInfo {
	if backing, is := port.Backing.(*types.VirtualSerialPortURIBackingInfo); is {
		return backing.VirtualDeviceURIBackingInfo
	}
	return types.VirtualDeviceURIBackingInfo{}
}

func describe(port *types.VirtualSerialPort) words {
	backing := uri(port)
	described := words{"key": port.Key, "controllerKey": port.ControllerKey, "unitNumber": port.UnitNumber, "yieldOnPoll": port.YieldOnPoll,
		"serviceURI": backing.ServiceURI, "direction": backing.Direction, "proxyURI": backing.ProxyURI}
	if port.DeviceInfo != nil {
		info := port.DeviceInfo.GetDescription()
		described["label"], described["summary"] = info.Label, info.Summary
	}
	if connectable := port.Connectable; connectable != nil {
		described["startConnected"], described["connected"] = connectable.StartConnected, connectable.Connected
		described["allowGuestControl"], described["status"] = connectable.AllowGuestControl, connectable.Status
	}
	return described
}
