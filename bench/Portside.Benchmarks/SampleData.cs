using System.Buffers;
using Portside.Telnet;

namespace Portside.Benchmarks;

/// <summary>The same data in every run.</summary>
internal static class SampleData
{
    public const int Bytes = 16 * 1024;

    public static byte[] Plain(Content content)
    {
        var random = new Random(232);
        var data = new byte[Bytes];
        if (content == Content.Random)
        {
            random.NextBytes(data);
            return data;
        }

        for (int i = 0, line = 60; i < data.Length; i++, line--)
        {
            data[i] = line switch { 1 => (byte)'\n', 2 => (byte)'\r', _ => (byte)random.Next(' ', '~') };
            if (line == 1)
                line = random.Next(20, 100) + 1;
        }

        for (var i = 0; i < data.Length; i++)
        {
            if (content switch
            {
                Content.OnePercentFF => random.Next(100) == 0,
                Content.EverySecondFF => i % 2 == 0,
                Content.AllFF => true,
                _ => false,
            })
            {
                data[i] = TelnetCommand.Iac;
            }
        }

        return data;
    }

    public static byte[] Wire(Content content)
    {
        var output = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteData(output, Plain(content));
        return output.WrittenSpan.ToArray();
    }
}
