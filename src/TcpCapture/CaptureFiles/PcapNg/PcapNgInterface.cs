namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>An interface as a pcapng file describes it.</summary>
/// <param name="LinkType">LINKTYPE_ value.</param>
/// <param name="Snaplen">Most bytes kept of a frame, 0 for no limit.</param>
/// <param name="Unit">How its times count.</param>
internal readonly record struct PcapNgInterface(int LinkType, uint Snaplen, TimestampUnit Unit);
