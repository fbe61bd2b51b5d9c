namespace TcpCapture.PeerTools.Zeek;

/// <summary>What Zeek writes into the history for the first, the 10th, the 100th ….</summary>
internal enum ZeekCount : byte
{
    /// <summary>A wrong checksum.</summary>
    Corrupt,

    /// <summary>A gap.</summary>
    Gap,

    /// <summary>A retransmission.</summary>
    Retransmission,

    /// <summary>A window of 0.</summary>
    ZeroWindow,
}
