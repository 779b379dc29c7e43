// A vCenter made of nothing but govmomi's simulator: one datacenter, one cluster, its machines. It prints its URL on the
// first line and runs until a signal ends it. What the simulator writes for its machines goes under TMPDIR.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	_ "github.com/vmware/govmomi/vapi/simulator" // tags
	"github.com/vmware/govmomi/vim25/types"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen at")
	user := flag.String("user", "administrator@vsphere.local", "who may log in")
	password := flag.String("password", "secret", "with which password")
	machines := flag.Int("machines", 1, "machines in the inventory")
	ports := flag.Int("ports", 0, "network serial ports of each")
	hosts := flag.Int("hosts", 2, "hosts of the cluster")
	on := flag.Bool("on", false, "whether the machines are powered on")
	flag.Parse()

	model := simulator.VPX()
	model.Host = 0 // none beside the cluster's
	model.ClusterHost = *hosts
	model.Machine = *machines
	model.Autostart = *on
	defer model.Remove()
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	for _, entity := range simulator.Map.All("VirtualMachine") {
		addPorts(entity.(*simulator.VirtualMachine), *ports)
	}

	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword(*user, *password)}
	model.Service.TLS = new(tls.Config)
	model.Service.RegisterEndpoints = true // the automation API
	server := model.Service.NewServer()
	fmt.Printf("https://%s/sdk\n", server.URL.Host)

	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt, syscall.SIGTERM)
	<-end
}

// addPorts hangs serial ports on a machine before anybody can see it.
func addPorts(machine *simulator.VirtualMachine, count int) {
	controller := sio()
	for n := 0; n < count; n++ {
		unit := int32(n)
		port := &types.VirtualSerialPort{YieldOnPoll: true}
		port.Key = 9000 + unit
		port.ControllerKey = controller
		port.UnitNumber = &unit
		port.DeviceInfo = &types.Description{Label: fmt.Sprintf("Serial port %d", n+1), Summary: "Remote vm-console"}
		port.Connectable = &types.VirtualDeviceConnectInfo{StartConnected: true, AllowGuestControl: true, Status: "untried"}
		port.Backing = &types.VirtualSerialPortURIBackingInfo{VirtualDeviceURIBackingInfo: types.VirtualDeviceURIBackingInfo{
			ServiceURI: "vm-console", Direction: "server", ProxyURI: "telnet://127.0.0.1:13370"}}
		machine.Config.Hardware.Device = append(machine.Config.Hardware.Device, port)
	}
}

// sio is the key of the controller that every machine has for its serial ports.
func sio() int32 {
	for _, device := range esx.VirtualDevice {
		if _, found := device.(*types.VirtualSIOController); found {
			return device.GetVirtualDevice().Key
		}
	}
	log.Fatal("the simulator's machines have no controller for serial ports")
	return 0
}
