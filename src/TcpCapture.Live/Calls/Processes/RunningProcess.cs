using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A process of an observed program while it runs.</summary>
internal sealed class RunningProcess(ProgramProcess facts)
{
    /// <summary>What others are told of it.</summary>
    public ProgramProcess Facts { get; set; } = facts;

    /// <summary>Threads that have not ended.</summary>
    public int Threads { get; set; }

    /// <summary>What it gave exit_group(2); null if it has not.</summary>
    public int? Status { get; set; }

    /// <summary>The signal that ends it; null if there was none.</summary>
    public int? Signal { get; set; }

    /// <summary>The last one that it was sent, and may have handled.</summary>
    public int? SignalSent { get; set; }

    /// <summary>A signal without a handler is delivered to one of its threads.</summary>
    /// <remarks>
    /// Linux ends a process by delivering SIGKILL to its threads, whichever signal was the reason: that one is the last that was
    /// sent, since a process that is ending is sent no more.
    /// </remarks>
    public void Deliver(int signal)
    {
        if (signal == Signals.SIGKILL && SignalSent is { } sent && Signals.Ends(sent)) signal = sent;
        if (Signals.Ends(signal)) Signal ??= signal;
    }
}
