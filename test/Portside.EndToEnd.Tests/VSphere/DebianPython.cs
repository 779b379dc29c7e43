namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Debian's own interpreter: its packages are for no other that may come first on the search path.</summary>
internal static class DebianPython
{
    private const string PyVmomi = "/usr/lib/python3/dist-packages/pyVmomi";

    /// <summary>Where it is, once pyVmomi is there too.</summary>
    public static string Path
    {
        get
        {
            if (!Directory.Exists(PyVmomi))
                Assert.Fail("pyVmomi is not installed. ./test.sh installs it; by hand, as root: apt-get install python3-pyvmomi");
            return "/usr/bin/python3";
        }
    }
}
