namespace TcpCapture.Model;

/// <summary>What a frame of a merged recording is to the exchange between the two hosts.</summary>
public enum PassageKind : byte
{
    /// <summary>Of no matter between the two: one host saw it, as in a recording of one host.</summary>
    OneHost,

    /// <summary>Leaving its sender's host. <see cref="FramePassage.Arrival"/> says whether the other host saw it come.</summary>
    Sent,

    /// <summary>Reaching its receiver's host, though the sender's host was not seen to send it: made on the way, or missed there.</summary>
    Unsent,
}
