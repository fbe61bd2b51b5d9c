using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>A segment that a sketch kept.</summary>
/// <param name="Hash">Of its fingerprint.</param>
/// <param name="Time">When it passed, on that host's clock.</param>
/// <param name="FourTuple">Its addresses as that host saw them.</param>
/// <param name="Frame">Number of its frame.</param>
/// <param name="Identification">Its datagram's identification; 0 if it has none.</param>
internal readonly record struct SketchedSegment(ulong Hash, Timestamp Time, FourTuple FourTuple, long Frame, ushort Identification);
