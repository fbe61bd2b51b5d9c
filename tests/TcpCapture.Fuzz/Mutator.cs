namespace TcpCapture.Fuzz;

/// <summary>Changes inputs at random, with care for lengths and magic numbers. A seed gives the same changes.</summary>
internal sealed class Mutator(int seed)
{
    public const int MaxLength = 64 * 1024;

    private static readonly long[] Numbers =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 19, 20, 24, 28, 32, 40, 60, 64, 127, 128, 255, 256, 1500, 4095, 4096, 16383, 32767, 32768,
        65535, 65536, 262143, 262144, 262145, 1 << 24, (1 << 24) + 4, int.MaxValue, 1L << 31, uint.MaxValue - 3, uint.MaxValue,
        0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34, 0x0A0D0D0A, 0x1A2B3C4D, 0x0800, 0x86DD, 0x8100, 0x8847, 0x8864, 0x6558,
    ];

    private readonly Random _random = new(seed);

    public int Next(int most) => _random.Next(most);

    /// <summary>A changed copy.</summary>
    /// <param name="input">The input.</param>
    /// <param name="other">Another input, of which a part can be copied.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var changes = 1 << _random.Next(5); changes > 0; changes--) Change(bytes, other);
        if (bytes.Count > MaxLength) bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        var at = _random.Next(bytes.Count + 1);
        switch (_random.Next(10))
        {
            case 0 or 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 3 or 4:
                Overwrite(bytes, at, Numbers[_random.Next(Numbers.Length)], 1 << _random.Next(4), _random.Next(2) == 0);
                break;
            case 5:
                Overwrite(bytes, at & ~3, bytes.Count - at + _random.Next(-16, 17), 1 << _random.Next(3), _random.Next(2) == 0);
                break;
            case 6:
                bytes.RemoveRange(at, Math.Min(Length(), bytes.Count - at));
                break;
            case 7:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(Length(), bytes.Count - at)));
                break;
            case 8 when other.Length > 0:
                var from = _random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(Length(), other.Length - from)));
                break;
            case 9 when _random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    /// <summary>A length, mostly short.</summary>
    private int Length() => 1 + _random.Next(1 << _random.Next(1, 10));

    private static void Overwrite(List<byte> bytes, int at, long number, int length, bool bigEndian)
    {
        for (var i = 0; i < length && at + i < bytes.Count; i++)
            bytes[at + i] = (byte)(number >> 8 * (bigEndian ? length - 1 - i : i));
    }
}
