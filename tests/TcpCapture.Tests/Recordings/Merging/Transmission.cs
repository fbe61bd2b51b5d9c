namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>A segment as a made-up network carried it: sent once, and arrived once or never.</summary>
internal sealed record Transmission(int Host, long Sent, long? Arrived, byte[] Frame)
{
    public long? Delay => Arrived - Sent;

    /// <summary>True for every third or so that a test may let lose a piece of it.</summary>
    public bool LosesPiece => Sent % 3 == 0;

    /// <summary>Its number in its sender's recording.</summary>
    public long SentFrame { get; set; }

    /// <summary>Its number in its receiver's recording; 0 if it was lost.</summary>
    public long ArrivedFrame { get; set; }
}
