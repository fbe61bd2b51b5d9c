using System.Runtime.CompilerServices;

namespace TcpCapture.Model;

/// <summary>What the TCP options of one segment say (RFC 9293 section 3.2, RFC 7323, RFC 2018).</summary>
public readonly record struct TcpOptions
{
    private readonly uint _tsVal;
    private readonly uint _tsEcr;
    private readonly bool _hasTimestamps;

    /// <summary>Maximum segment size in bytes, or null.</summary>
    public ushort? Mss { get; init; }

    /// <summary>Window scale shift as sent (RFC 7323 allows 0 to 14), or null.</summary>
    public byte? WindowScale { get; init; }

    /// <summary>The sender accepts selective acknowledgements.</summary>
    public bool SackPermitted { get; init; }

    /// <summary>Number of SACK blocks, 0 to 4.</summary>
    public byte SackBlocks { get; init; }

    /// <summary>True if the segment carries RFC 7323 timestamps.</summary>
    public bool HasTimestamps
    {
        get => _hasTimestamps;
        init => _hasTimestamps = value;
    }

    /// <summary>TSval, in the sender's own clock ticks.</summary>
    public uint TsVal
    {
        get => _tsVal;
        init => _tsVal = value;
    }

    /// <summary>TSecr, in the peer's clock ticks.</summary>
    public uint TsEcr
    {
        get => _tsEcr;
        init => _tsEcr = value;
    }

    /// <summary>True if the option list could not be walked to its end (a zero or overlong length).</summary>
    public bool Malformed { get; init; }

    /// <summary>Timestamps and nothing else, written where they are to be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WithTimestamps(uint value, uint echo, out TcpOptions options)
    {
        options = default;
        Unsafe.AsRef(in options._tsVal) = value;
        Unsafe.AsRef(in options._tsEcr) = echo;
        Unsafe.AsRef(in options._hasTimestamps) = true;
    }
}
