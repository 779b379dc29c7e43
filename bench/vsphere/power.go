// Measures how fast machines with serial ports can be switched on through the vSphere API, and when the last of their ports has
// arrived at the concentrator. It prints lines "KEY VALUE".
//
//	power -user NAME -password WORD -concentrator http://127.0.0.1:13371 [-workers 32] URL
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

var (
	user         = flag.String("user", "", "who logs in")
	password     = flag.String("password", "", "with which password")
	concentrator = flag.String("concentrator", "", "API of the concentrator; none: only the tasks are awaited")
	workers      = flag.Int("workers", 32, "calls under way at a time")
)

func main() {
	flag.Parse()
	ctx := context.Background()
	address, err := url.Parse(flag.Arg(0))
	check(err)
	address.User = url.UserPassword(*user, *password)
	client, err := govmomi.NewClient(ctx, address, true)
	check(err)
	defer client.Logout(ctx)
	machines, err := view.NewManager(client.Client).CreateContainerView(ctx, client.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	check(err)
	found, err := machines.Find(ctx, []string{"VirtualMachine"}, nil)
	check(err)

	before := links()
	began := time.Now()
	queue := make(chan int)
	started := make([]types.ManagedObjectReference, len(found))
	var busy sync.WaitGroup
	for i := 0; i < *workers; i++ {
		busy.Add(1)
		go func() {
			defer busy.Done()
			for n := range queue {
				task, err := object.NewVirtualMachine(client.Client, found[n]).PowerOn(ctx)
				check(err)
				started[n] = task.Reference()
			}
		}()
	}
	for n := range found {
		queue <- n
	}
	close(queue)
	busy.Wait()
	called := time.Since(began)
	for *concentrator != "" && links()-before < len(found) {
		time.Sleep(10 * time.Millisecond)
	}
	all := time.Since(began)
	ended(ctx, client, started)
	fmt.Printf("machines %d\n", len(found))
	fmt.Printf("called_seconds %.2f\n", called.Seconds())
	fmt.Printf("arrived_seconds %.2f\n", all.Seconds())
	fmt.Printf("power_ons_per_second %.0f\n", float64(len(found))/all.Seconds())
}

// Waits for all tasks, in one look each time, and takes none that failed.
func ended(ctx context.Context, client *govmomi.Client, tasks []types.ManagedObjectReference) {
	for left := len(tasks); left > 0; {
		var found []mo.Task
		check(property.DefaultCollector(client.Client).Retrieve(ctx, tasks, []string{"info"}, &found))
		left = len(tasks)
		for _, task := range found {
			switch task.Info.State {
			case types.TaskInfoStateSuccess:
				left--
			case types.TaskInfoStateError:
				log.Fatal(task.Info.Error.LocalizedMessage)
			}
		}
	}
}

// Machines connected to the concentrator.
func links() int {
	if *concentrator == "" {
		return 0
	}
	answer, err := http.Get(*concentrator + "/v1/server")
	check(err)
	defer answer.Body.Close()
	var server struct{ Links int }
	check(json.NewDecoder(answer.Body).Decode(&server))
	return server.Links
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
