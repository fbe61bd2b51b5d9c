namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>A segment in a simulated network: sent once, and arrived once or never.</summary>
internal sealed record Transmission(int Host, long Sent, long? Arrived, byte[] Frame)
{
    public long? Delay => Arrived - Sent;

    /// <summary>True for about a third of the segments: a test can lose a piece of them.</summary>
    public bool LosesPiece => Sent % 3 == 0;

    /// <summary>Its number in the sender's recording.</summary>
    public long SentFrame { get; set; }

    /// <summary>Its number in the receiver's recording; 0 if it was lost.</summary>
    public long ArrivedFrame { get; set; }
}
