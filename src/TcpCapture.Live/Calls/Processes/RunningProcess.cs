using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A running process of a program.</summary>
internal sealed class RunningProcess(ProgramProcess facts)
{
    public ProgramProcess Facts { get; set; } = facts;
    public int? Status { get; set; } // the status passed to exit_group(2); null if it was not called
    public int? Signal { get; set; } // the signal that ends the process; null if there is none
    public int? SignalSent { get; set; } // the last signal sent to the process, which may have a handler

    /// <summary>Records that a signal without a handler was delivered to a thread of the process.</summary>
    /// <remarks>
    /// Linux ends a process by delivering SIGKILL to its threads, whatever the cause. The cause is then the last signal
    /// sent, because no further signal is sent to an ending process.
    /// </remarks>
    public void Deliver(int signal)
    {
        if (signal == Signals.SIGKILL && SignalSent is { } sent && Signals.Ends(sent)) signal = sent;
        if (Signals.Ends(signal)) Signal ??= signal;
    }
}
