using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>What a packet block says of its frame.</summary>
/// <param name="Interface">The number of the interface it was captured on.</param>
/// <param name="LinkType">That interface's LINKTYPE_ value, as the file has it.</param>
/// <param name="Time">When; the default for a simple packet block, which does not say.</param>
/// <param name="OriginalLength">Length on the wire.</param>
/// <param name="Start">Where in the block's body the frame begins.</param>
/// <param name="Length">How many bytes of it there are.</param>
internal readonly record struct PcapNgPacket(int Interface, int LinkType, Timestamp Time, int OriginalLength, int Start, int Length)
{
    /// <summary>The frame, given the body of its block.</summary>
    public Frame In(ReadOnlySpan<byte> body) => new(Time, LinkType, OriginalLength, body.Slice(Start, Length));
}
