// Measures a server of the vSphere API from outside, with govmomi: a pass of the property collector over the devices of all
// machines, and many sessions that wait for updates. It prints lines "KEY VALUE", to be laid side by side by run.sh.
//
//	devices -user NAME -password WORD [-pid SERVER] [-passes 3] [-waiters 1000] URL
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

var (
	user     = flag.String("user", "", "who logs in")
	password = flag.String("password", "", "with which password")
	pid      = flag.Int("pid", 0, "process of the server, for its memory and its threads")
	passes   = flag.Int("passes", 3, "passes over the devices; the fastest counts")
	page     = flag.Int("page", 200, "maxObjects of a page")
	create   = flag.Int("create", 0, "machines to create first, with two network serial ports each, 16 at a time")
	waiters  = flag.Int("waiters", 1000, "sessions that wait at a time")
)

func main() {
	flag.Parse()
	ctx := context.Background()
	client, err := login(ctx)
	must(err)

	if *create > 0 {
		fill(ctx, client)
	}
	machines, err := view.NewManager(client.Client).CreateContainerView(ctx, client.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	must(err)
	say("resident_before_mib", "%.0f", memory())
	decoded(ctx, client, machines.Reference())
	raw(ctx, client, machines.Reference())
	say("resident_after_passes_mib", "%.0f", memory())
	must(machines.Destroy(ctx))

	if *waiters > 0 {
		wait(ctx, client)
	}
	must(client.Logout(ctx))
}

func login(ctx context.Context) (*govmomi.Client, error) {
	where, err := soap.ParseURL(flag.Arg(0))
	if err != nil {
		return nil, err
	}
	client, err := vim25.NewClient(ctx, soap.NewClient(where, true))
	if err != nil {
		return nil, err
	}
	c := &govmomi.Client{Client: client, SessionManager: session.NewManager(client)}
	return c, c.Login(ctx, url.UserPassword(*user, *password))
}

// fill gives a server without machines the ones that vcsim has of its own.
func fill(ctx context.Context, client *govmomi.Client) {
	finder := find.NewFinder(client.Client)
	datacenter, err := finder.DefaultDatacenter(ctx)
	must(err)
	finder.SetDatacenter(datacenter)
	folders, err := datacenter.Folders(ctx)
	must(err)
	pool, err := finder.DefaultResourcePool(ctx)
	must(err)
	store, err := finder.DefaultDatastore(ctx)
	must(err)

	var creating sync.WaitGroup
	names := make(chan string)
	for n := 0; n < 16; n++ {
		creating.Add(1)
		go func() {
			defer creating.Done()
			for name := range names {
				var devices object.VirtualDeviceList
				for port := int32(0); port < 2; port++ {
					device := &types.VirtualSerialPort{YieldOnPoll: true}
					device.Key = -1 - port
					device.Connectable = &types.VirtualDeviceConnectInfo{StartConnected: true, AllowGuestControl: true}
					devices = append(devices, devices.ConnectSerialPort(device, "vm-console", false, "telnet://127.0.0.1:13370"))
				}
				devices = append(devices, others()...)
				changes, err := devices.ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd)
				must(err)
				task, err := folders.VmFolder.CreateVM(ctx, types.VirtualMachineConfigSpec{
					Name: name, GuestId: "otherGuest", Files: &types.VirtualMachineFileInfo{VmPathName: store.Path("")}, DeviceChange: changes}, pool, nil)
				must(err)
				must(task.Wait(ctx))
			}
		}()
	}
	began := time.Now()
	for n := 0; n < *create; n++ {
		names <- fmt.Sprintf("machine-%d", n)
	}
	close(names)
	creating.Wait()
	say("create_seconds", "%.3f", time.Since(began).Seconds())
}

// others are as many devices of other kinds as a machine of vcsim has beyond ours.
func others() object.VirtualDeviceList {
	described := &types.Description{Label: "a device", Summary: "of some kind, with a backing of some length"}
	var devices object.VirtualDeviceList
	for n := int32(0); n < 8; n++ {
		card := &types.VirtualE1000{}
		card.Key = -100 - n
		card.DeviceInfo = described
		card.Backing = &types.VirtualEthernetCardNetworkBackingInfo{
			VirtualDeviceDeviceBackingInfo: types.VirtualDeviceDeviceBackingInfo{DeviceName: "VM Network"}}
		card.Connectable = &types.VirtualDeviceConnectInfo{StartConnected: true, AllowGuestControl: true}
		card.AddressType, card.MacAddress = "generated", "00:0c:29:00:00:00"
		devices = append(devices, card)
	}
	return devices
}

// decoded passes over the devices as a program with this library does, every device in hand at the end.
func decoded(ctx context.Context, client *govmomi.Client, machines types.ManagedObjectReference) {
	best := time.Duration(0)
	var objects, devices, requests int
	for n := 0; n < *passes; n++ {
		objects, devices, requests = 0, 0, 0
		began := time.Now()
		first, err := methods.RetrievePropertiesEx(ctx, client, &types.RetrievePropertiesEx{
			This: client.ServiceContent.PropertyCollector, SpecSet: []types.PropertyFilterSpec{spec(machines)},
			Options: types.RetrieveOptions{MaxObjects: int32(*page)}})
		must(err)
		for result := first.Returnval; result != nil; {
			requests++
			objects += len(result.Objects)
			for _, one := range result.Objects {
				for _, property := range one.PropSet {
					devices += len(property.Val.(types.ArrayOfVirtualDevice).VirtualDevice)
				}
			}
			if result.Token == "" {
				break
			}
			next, err := methods.ContinueRetrievePropertiesEx(ctx, client, &types.ContinueRetrievePropertiesEx{
				This: client.ServiceContent.PropertyCollector, Token: result.Token})
			must(err)
			result = &next.Returnval
		}
		if took := time.Since(began); n == 0 || took < best {
			best = took
		}
	}
	say("pass_objects", "%d", objects)
	say("pass_devices", "%d", devices)
	say("pass_requests", "%d", requests)
	say("pass_seconds", "%.3f", best.Seconds())
}

// raw passes over the same, but only reads the bytes: what the server costs, without what the library costs.
func raw(ctx context.Context, client *govmomi.Client, machines types.ManagedObjectReference) {
	const envelope = `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>%s</Body></Envelope>`
	collector := client.ServiceContent.PropertyCollector
	first := fmt.Sprintf(`<RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">%s</_this><specSet>`+
		`<propSet><type>VirtualMachine</type><pathSet>config.hardware.device</pathSet></propSet>`+
		`<objectSet><obj type="ContainerView">%s</obj><skip>true</skip>`+
		`<selectSet xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" XMLSchema-instance:type="TraversalSpec">`+
		`<type>ContainerView</type><path>view</path></selectSet></objectSet></specSet>`+
		`<options><maxObjects>%d</maxObjects></options></RetrievePropertiesEx>`, collector.Value, machines.Value, *page)
	token := regexp.MustCompile(`<token>([^<]*)</token>`)

	best := time.Duration(0)
	var size int
	for n := 0; n < *passes; n++ {
		size = 0
		began := time.Now()
		for body := first; body != ""; {
			answer := post(ctx, client, fmt.Sprintf(envelope, body))
			size += len(answer)
			body = ""
			// It stands at an end of the page, whichever the server prefers.
			near := append(append([]byte{}, answer[:min(len(answer), 4096)]...), answer[max(0, len(answer)-4096):]...)
			if found := token.FindSubmatch(near); found != nil {
				body = fmt.Sprintf(`<ContinueRetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">%s</_this>`+
					`<token>%s</token></ContinueRetrievePropertiesEx>`, collector.Value, found[1])
			}
		}
		if took := time.Since(began); n == 0 || took < best {
			best = took
		}
	}
	say("raw_mib", "%.1f", float64(size)/(1<<20))
	say("raw_seconds", "%.3f", best.Seconds())
}

func post(ctx context.Context, client *govmomi.Client, text string) []byte {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, client.URL().String(), strings.NewReader(text))
	must(err)
	request.Header.Set("Content-Type", `text/xml; charset="utf-8"`)
	request.Header.Set("SOAPAction", "urn:vim25/6.5")
	answer, err := client.Client.Client.Client.Do(request)
	must(err)
	defer answer.Body.Close()
	var all bytes.Buffer
	_, err = io.Copy(&all, answer.Body)
	must(err)
	if answer.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", answer.Status, all.String())
	}
	return all.Bytes()
}

// wait has many sessions wait for one machine's change, looks at what that costs the server, makes the change, and waits until
// all of them know.
func wait(ctx context.Context, client *govmomi.Client) {
	machine := first(ctx, client)
	threadsBefore, memoryBefore := threads(), memory()
	var waiting, told sync.WaitGroup
	var logouts sync.WaitGroup
	waiting.Add(*waiters)
	told.Add(*waiters)
	logouts.Add(*waiters)
	began := time.Now()
	atOnce := make(chan bool, 16)
	for n := 0; n < *waiters; n++ {
		go func() {
			atOnce <- true
			one, err := login(ctx)
			must(err)
			collector, version := watch(ctx, one, machine.Reference())
			<-atOnce
			waiting.Done()
			_, err = methods.WaitForUpdatesEx(ctx, one, &types.WaitForUpdatesEx{This: collector, Version: version})
			must(err)
			told.Done()
			told.Wait()
			must(one.Logout(ctx))
			logouts.Done()
		}()
	}
	waiting.Wait()
	say("waiters", "%d", *waiters)
	say("waiters_ready_seconds", "%.3f", time.Since(began).Seconds())
	time.Sleep(time.Second) // the last requests arrive
	say("waiters_threads_more", "%d", threads()-threadsBefore)
	say("waiters_resident_more_mib", "%.0f", memory()-memoryBefore)

	began = time.Now()
	task, err := machine.Rename(ctx, fmt.Sprintf("renamed-%d", began.UnixNano()))
	must(err)
	must(task.Wait(ctx))
	told.Wait()
	say("waiters_told_seconds", "%.3f", time.Since(began).Seconds())
	logouts.Wait()
}

// watch makes a collector with a filter on one property of one machine and takes what that is now. The collector that every
// session has is no good for it: the simulator wakes only one session's.
func watch(ctx context.Context, client *govmomi.Client, machine types.ManagedObjectReference) (types.ManagedObjectReference, string) {
	made, err := methods.CreatePropertyCollector(ctx, client, &types.CreatePropertyCollector{This: client.ServiceContent.PropertyCollector})
	must(err)
	collector := made.Returnval
	_, err = methods.CreateFilter(ctx, client, &types.CreateFilter{This: collector, Spec: types.PropertyFilterSpec{
		ObjectSet: []types.ObjectSpec{{Obj: machine}},
		PropSet:   []types.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"name"}}}}})
	must(err)
	now, err := methods.WaitForUpdatesEx(ctx, client, &types.WaitForUpdatesEx{This: collector})
	must(err)
	return collector, now.Returnval.Version
}

func first(ctx context.Context, client *govmomi.Client) *object.VirtualMachine {
	machines, err := view.NewManager(client.Client).CreateContainerView(ctx, client.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	must(err)
	defer machines.Destroy(ctx)
	found, err := machines.Find(ctx, []string{"VirtualMachine"}, nil)
	must(err)
	if len(found) == 0 {
		log.Fatal("the inventory has no machines")
	}
	return object.NewVirtualMachine(client.Client, found[0])
}

func spec(machines types.ManagedObjectReference) types.PropertyFilterSpec {
	skip := true
	return types.PropertyFilterSpec{
		PropSet: []types.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"config.hardware.device"}}},
		ObjectSet: []types.ObjectSpec{{Obj: machines, Skip: &skip,
			SelectSet: []types.BaseSelectionSpec{&types.TraversalSpec{Type: machines.Type, Path: "view"}}}}}
}

func memory() float64 { return float64(status("VmRSS:")) / 1024 }
func threads() int    { return status("Threads:") }

// status is a number of what the system knows of the server.
func status(name string) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", *pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		var value int
		if strings.HasPrefix(line, name) {
			fmt.Sscan(strings.TrimPrefix(line, name), &value)
			return value
		}
	}
	return 0
}

func say(key string, format string, value interface{}) {
	fmt.Printf("%s "+format+"\n", key, value)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}
