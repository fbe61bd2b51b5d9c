using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>A frame of a capture with the marks its segment has.</summary>
/// <param name="Frame">Its number, from 1.</param>
/// <param name="Stream">The number of the connection in the marking program.</param>
/// <param name="Marks">The marks.</param>
internal sealed record MarkedFrame(long Frame, long Stream, SegmentMarks Marks);
