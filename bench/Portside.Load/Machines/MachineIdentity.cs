using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portside.Load.Machines;

/// <summary>Who a simulated machine says it is. Every run has its own UUIDs, so runs against one address do not meet.</summary>
internal sealed class MachineIdentity
{
    private static readonly byte[] RunPrefix = RandomNumberGenerator.GetBytes(8);

    public MachineIdentity(int index)
    {
        Index = index;
        Span<byte> uuid = stackalloc byte[16];
        RunPrefix.CopyTo(uuid);
        BitConverter.TryWriteBytes(uuid[8..], (long)index);
        Uuid = Convert.ToHexStringLower(uuid);
        // Five digits always: the floor tells the end of a handshake by its length.
        Name = string.Create(CultureInfo.InvariantCulture, $"vm-{index:D5}");
    }

    public int Index { get; }

    /// <summary>32 lower-case hex digits.</summary>
    public string Uuid { get; }

    public string Name { get; }

    public byte[] NameBytes => Encoding.UTF8.GetBytes(Name);

    /// <summary>47 characters as machines send it: hex pairs, spaces between, a dash after the eighth.</summary>
    public byte[] WireUuid
    {
        get
        {
            var text = new byte[47];
            for (var pair = 0; pair < 16; pair++)
            {
                text[pair * 3] = (byte)Uuid[pair * 2];
                text[pair * 3 + 1] = (byte)Uuid[pair * 2 + 1];
                if (pair < 15)
                    text[pair * 3 + 2] = (byte)(pair == 7 ? '-' : ' ');
            }

            return text;
        }
    }
}
