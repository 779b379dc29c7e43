using Portside.EndToEnd.Tests.Machines;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Remotes;

/// <summary>Bytes that something on the way may want to read: every value, line ends, XON and XOFF, telnet's own, in rows.</summary>
internal static class EveryByte
{
    /// <summary>The bytes.</summary>
    public static byte[] Bytes { get; } =
    [
        .. Enumerable.Range(0, 256).Select(i => (byte)i),
        .. "\r\n\r\0\r\r\n\n\r~.\x1D"u8, 0, 0, 0x11, 0x13, 0x11, 0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFA, 0x2C, 0xFF, 0xF3, 0x0D,
        .. Enumerable.Range(0, 256).Select(i => (byte)(255 - i)),
    ];

    /// <summary>Sends them both ways at once and asserts that they arrive as they are, and nothing else.</summary>
    /// <param name="guest">The machine.</param>
    /// <param name="sendAsync">The far side sends.</param>
    /// <param name="readAsync">The far side reads so many.</param>
    public static async Task ExchangeAsync(ScriptedGuest guest, Func<byte[], Task> sendAsync, Func<int, Task<byte[]>> readAsync)
    {
        var sending = Task.WhenAll(guest.SayAsync(Bytes), sendAsync(Bytes));
        Assert.Equal(Convert.ToHexString(Bytes), Convert.ToHexString(await readAsync(Bytes.Length).WaitAsync(Patience.Limit)));
        Assert.Equal(Convert.ToHexString(Bytes), Convert.ToHexString(await guest.Received.ReadAsync(Bytes.Length)));
        await sending.WaitAsync(Patience.Limit);

        // Nothing came between, and nothing comes behind.
        await guest.SayAsync("end");
        Assert.Equal("end"u8.ToArray(), await readAsync(3).WaitAsync(Patience.Limit));
        await sendAsync("END"u8.ToArray());
        await guest.Received.ExpectAsync("END");
    }
}
