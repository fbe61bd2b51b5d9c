namespace TcpCapture.Live.Capture;

/// <summary>What a capture took and what it lost.</summary>
/// <param name="Received">Frames handed to the sink.</param>
/// <param name="DroppedByKernel">
/// Frames that passed the filter and found the buffer full; null if libpcap cannot tell. Exact on one interface; on
/// <c>any</c> a frame lost on loopback may count twice, because it passes there going out and coming in.
/// </param>
/// <param name="DroppedByInterface">Frames the interface or its driver dropped; null if libpcap cannot tell.</param>
internal readonly record struct CaptureStatistics(long Received, long? DroppedByKernel, long? DroppedByInterface);
