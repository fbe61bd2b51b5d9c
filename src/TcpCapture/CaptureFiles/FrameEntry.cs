using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

/// <summary>A frame of a <see cref="FrameBatch"/>.</summary>
/// <param name="Time">When it was captured.</param>
/// <param name="LinkType">LINKTYPE_ value.</param>
/// <param name="OriginalLength">Length on the wire in bytes, as the file says: it may be less than <paramref name="Length"/>.</param>
/// <param name="Offset">Where in the batch's buffer its bytes begin.</param>
/// <param name="Length">How many there are.</param>
internal readonly record struct FrameEntry(Timestamp Time, int LinkType, int OriginalLength, int Offset, int Length);
