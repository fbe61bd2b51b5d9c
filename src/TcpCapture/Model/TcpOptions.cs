namespace TcpCapture.Model;

/// <summary>What the TCP options of one segment say (RFC 9293 section 3.2, RFC 7323, RFC 2018).</summary>
public readonly record struct TcpOptions
{
    /// <summary>Maximum segment size in bytes, or null.</summary>
    public ushort? Mss { get; init; }

    /// <summary>Window scale shift as sent (RFC 7323 allows 0 to 14), or null.</summary>
    public byte? WindowScale { get; init; }

    /// <summary>The sender accepts selective acknowledgements.</summary>
    public bool SackPermitted { get; init; }

    /// <summary>Number of SACK blocks, 0 to 4.</summary>
    public byte SackBlocks { get; init; }

    /// <summary>True if the segment carries RFC 7323 timestamps.</summary>
    public bool HasTimestamps { get; init; }

    /// <summary>TSval, in the sender's own clock ticks.</summary>
    public uint TsVal { get; init; }

    /// <summary>TSecr, in the peer's clock ticks.</summary>
    public uint TsEcr { get; init; }

    /// <summary>True if the option list could not be walked to its end (a zero or overlong length).</summary>
    public bool Malformed { get; init; }
}
