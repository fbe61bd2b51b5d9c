using System.Runtime.CompilerServices;

namespace TcpCapture.Model;

/// <summary>The TCP options of a segment (RFC 9293 section 3.2, RFC 7323, RFC 2018).</summary>
internal record struct TcpOptions
{
    // Not readonly, so that the decoder can write options in place; nothing else changes them.
    private uint _tsVal;
    private uint _tsEcr;
    private bool _hasTimestamps;

    /// <summary>Maximum segment size in bytes, or null.</summary>
    public ushort? Mss { get; init; }

    /// <summary>Window scale shift as sent (RFC 7323 allows 0 to 14), or null.</summary>
    public byte? WindowScale { get; init; }

    /// <summary>The sender accepts selective acknowledgements.</summary>
    public bool SackPermitted { get; init; }

    /// <summary>Number of SACK blocks, 0 to 4.</summary>
    public byte SackBlocks { get; init; }

    /// <summary>True if the segment carries RFC 7323 timestamps.</summary>
    public bool HasTimestamps { readonly get => _hasTimestamps; init => _hasTimestamps = value; }

    /// <summary>TSval, in the sender's own clock ticks.</summary>
    public uint TsVal { readonly get => _tsVal; init => _tsVal = value; }

    /// <summary>TSecr, in the peer's clock ticks.</summary>
    public uint TsEcr { readonly get => _tsEcr; init => _tsEcr = value; }

    /// <summary>True if the option list has an invalid length.</summary>
    public bool Malformed { get; init; }

    /// <summary>Writes options with timestamps only, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WithTimestamps(uint value, uint echo, out TcpOptions options)
    {
        options = default;
        options._tsVal = value;
        options._tsEcr = echo;
        options._hasTimestamps = true;
    }
}
