using Portside.Testing;

namespace Portside.Host.Tests.Ports;

/// <summary>What proxies say, in one piece each.</summary>
internal static class ProxyScripts
{
    public const string Known1 = "FF FA E8 00  00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 54 55 56 57 52 53  FF F0";
    public const string Known2 = "FF FA E8 01  00 01 02 03 28 29 2B 2C 2D 2E 30 46 47 49 50 51 52 53  FF F0";
    public const string DoProxy = "FF FA E8 46  53 76 53 50 43 2E 70 79  FF F0";
    public const string WillProxy = "FF FA E8 47 FF F0";
    public const string BinaryRequests = "FF FB 00 FF FD 00 FF FB 03 FF FD 03";
    public const string BinaryAnswers = "FF FD 00 FF FB 00 FF FD 03 FF FB 03";

    /// <summary>Serves a fresh port whose opening is the default one.</summary>
    public static async Task ServeAsync(this ScriptedPeer proxy)
    {
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FE 25");
        await proxy.ServeSecuredAsync();
    }

    /// <summary>Serves a fresh port once TLS is settled.</summary>
    public static async Task ServeSecuredAsync(this ScriptedPeer proxy)
    {
        await proxy.ExpectAsync("FF FB E8" + BinaryRequests);
        await proxy.SendAsync("FF FD E8" + BinaryAnswers + Known2);
        await proxy.ExpectAsync(Known1 + DoProxy);
        await proxy.SendAsync(WillProxy);
        await proxy.ExpectAsync("FF FB 2C");
        await proxy.SendAsync("FF FE 2C");
    }

    /// <summary>Takes a vMotion's destination up to its PEER.</summary>
    /// <param name="proxy">The proxy's end.</param>
    /// <param name="key">Sequence and secret as sent in GOAHEAD, escaped.</param>
    public static async Task ExpectPeerAsync(this ScriptedPeer proxy, string key)
    {
        await proxy.ExpectAsync("FF FB 25");
        await proxy.SendAsync("FF FE 25");
        await proxy.ExpectAsync("FF FB E8" + BinaryRequests);
        await proxy.SendAsync("FF FD E8" + BinaryAnswers + Known2);
        await proxy.ExpectAsync(Known1 + $"FF FA E8 2C {key} FF F0 FF FB 2C");
        await proxy.SendAsync("FF FE 2C");
    }

    /// <summary>Takes BEGIN.</summary>
    /// <returns>The sequence as it must be sent back, escaped, in hex.</returns>
    public static async Task<string> ExpectBeginAsync(this ScriptedPeer proxy)
    {
        await proxy.ExpectAsync("FF FA E8 28");
        var sequence = new List<byte>();
        while (true)
        {
            var next = (await proxy.ReadAsync(1))[0];
            if (next == 0xFF)
            {
                var second = (await proxy.ReadAsync(1))[0];
                if (second == 0xF0)
                    return HexScript.Format([.. sequence]);
                Assert.Equal(0xFF, second);
                sequence.Add(next);
            }

            sequence.Add(next);
        }
    }
}
