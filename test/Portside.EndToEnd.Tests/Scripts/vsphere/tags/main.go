// Tags in the hands of govmomi's client of the automation API, which govc tags.* is made of: they are made where they are missing and attached, and
// what every machine has then is printed as one line of JSON, {"machine": ["category/tag"...]}.
//
//	tags -user USER -password PASSWORD URL CATEGORY/TAG=MACHINE...
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"sort"
	"strings"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/soap"
)

func main() {
	user := flag.String("user", "", "who logs in")
	password := flag.String("password", "", "with which password")
	flag.Parse()

	ctx := context.Background()
	where, err := soap.ParseURL(flag.Arg(0))
	check(err)
	where.User = url.UserPassword(*user, *password)
	client, err := govmomi.NewClient(ctx, where, true)
	check(err)
	defer client.Logout(ctx)
	api := rest.NewClient(client.Client)
	check(api.Login(ctx, where.User))
	defer api.Logout(ctx)
	manager := tags.NewManager(api)
	finder := find.NewFinder(client.Client)
	datacenter, err := finder.DefaultDatacenter(ctx)
	check(err)
	finder.SetDatacenter(datacenter)

	for _, word := range flag.Args()[1:] {
		parts := strings.SplitN(word, "=", 2)
		names := strings.SplitN(parts[0], "/", 2)
		machine, err := finder.VirtualMachine(ctx, parts[1])
		check(err)
		check(manager.AttachTag(ctx, tag(ctx, manager, names[0], names[1]), machine))
	}

	machines, err := finder.VirtualMachineList(ctx, "*")
	check(err)
	found := map[string][]string{}
	for _, machine := range machines {
		attached, err := manager.GetAttachedTags(ctx, machine)
		check(err)
		names := []string{}
		for _, one := range attached {
			category, err := manager.GetCategory(ctx, one.CategoryID)
			check(err)
			names = append(names, category.Name+"/"+one.Name)
		}
		sort.Strings(names)
		found[machine.Name()] = names
	}
	text, err := json.Marshal(found)
	check(err)
	fmt.Println(string(text))
}

// tag is the id of a tag, which is made if need be.
func tag(ctx context.Context, manager *tags.Manager, category, name string) string {
	categories, err := manager.GetCategories(ctx)
	check(err)
	id := ""
	for _, one := range categories {
		if one.Name == category {
			id = one.ID
		}
	}
	if id == "" {
		id, err = manager.CreateCategory(ctx, &tags.Category{Name: category, Cardinality: "MULTIPLE", AssociableTypes: []string{"VirtualMachine"}})
		check(err)
	}
	known, err := manager.GetTagsForCategory(ctx, id)
	check(err)
	for _, one := range known {
		if one.Name == name {
			return one.ID
		}
	}
	made, err := manager.CreateTag(ctx, &tags.Tag{Name: name, CategoryID: id})
	check(err)
	return made
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
