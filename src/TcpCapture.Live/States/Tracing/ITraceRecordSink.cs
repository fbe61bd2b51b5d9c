using System.Runtime.Versioning;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Takes what a <see cref="TraceReader"/> takes out of the kernel's buffers, on its thread. Stamps are the trace's own.</summary>
[SupportedOSPlatform("linux")]
internal interface ITraceRecordSink
{
    /// <summary>A record. Those of one pipe come in the order of their stamps. Its bytes are valid only during the call.</summary>
    void OnRecord(ReadOnlySpan<byte> record, ulong stamp, TracePipe pipe);

    /// <summary>Something is missing there.</summary>
    /// <param name="stamp">When.</param>
    /// <param name="pipe">Where; null for everywhere.</param>
    void OnGap(ulong stamp, TracePipe? pipe);

    /// <summary>All that was stamped up to <paramref name="stamp"/> has been given, by every pipe; a later record is a straggler.</summary>
    void OnReached(long stamp);
}
