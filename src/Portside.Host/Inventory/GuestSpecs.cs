using Portside.Host.Guests;

namespace Portside.Host.Inventory;

internal static class GuestSpecs
{
    public static void Check(string spec) => Create(spec, "", 0);

    public static IGuest Create(string spec, string machine, int index) => spec switch
    {
        "echo" => new EchoGuest(),
        _ => new ShellGuest(new ShellOptions { HostName = machine }),
    };
}
