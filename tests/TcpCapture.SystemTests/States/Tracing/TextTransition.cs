using TcpCapture.Model;

namespace TcpCapture.SystemTests.States.Tracing;

/// <summary>A transition as the kernel's own text has it.</summary>
internal readonly record struct TextTransition(long Microseconds, int SourcePort, int DestinationPort, string Old, string New)
{
    /// <summary>The same from an event of the library, the time on the trace's clock.</summary>
    public static TextTransition From(KernelEvent trace, long clockOffset) => new(
        (trace.Time.Nanoseconds + clockOffset + 500) / 1000, trace.Local.Port, trace.Remote.Port, Name(trace.OldState), Name(trace.NewState));

    private static string Name(TcpState? state) => state switch
    {
        TcpState.Closed => "CLOSE",
        TcpState.FinWait1 => "FIN_WAIT1",
        TcpState.FinWait2 => "FIN_WAIT2",
        { } other => other.ToRfcName(),
        null => "?",
    };
}
