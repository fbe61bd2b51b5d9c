using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// Leaves out sockets of other network namespaces, as far as they can be told: a trace sees them all and names none.
/// </summary>
/// <remarks>
/// A socket begins to connect or to listen inside its owner's own call, so its namespace is that thread's, and what is later
/// reported of it is known by its address. One that is born of a listener, by an interrupt, has no such owner: its reports
/// go on, and who puts them together has to tell whose they are. So it is with a thread that ended before it could be asked,
/// and inside containers, which do not see the machine's threads.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class TraceNamespace
{
    private const int MaxKnown = 65_536;

    private readonly Func<int, bool?> _isForeign;
    private readonly HashSet<ulong> _foreign = [];
    private readonly HashSet<ulong> _own = [];

    /// <summary>For the network namespace of the calling thread.</summary>
    public TraceNamespace()
    {
        var own = new FileInfo("/proc/thread-self/ns/net").LinkTarget;
        _isForeign = thread => own is not null && Ask(thread) is { } its ? its != own : null;
    }

    /// <param name="isForeign">Tells whether a thread is in another network namespace; null where not known.</param>
    internal TraceNamespace(Func<int, bool?> isForeign) => _isForeign = isForeign;

    /// <summary>
    /// Whether the thread that made the change is in another network namespace, which is to be asked before it ends; null
    /// where that is not known, or tells nothing of the socket.
    /// </summary>
    public bool? AskThread(KernelEvent trace) =>
        trace.Kind == KernelEventKind.StateChange && (IsOpening(trace) || ClosesListener(trace)) ? _isForeign(trace.ThreadId) : null;

    /// <summary>True if the event is of a socket that is known to be another namespace's.</summary>
    /// <param name="trace">The event; those of all CPUs in the order of time, for a socket is known by what was before.</param>
    /// <param name="isForeignThread">What <see cref="AskThread"/> said.</param>
    public bool IsForeign(KernelEvent trace, bool? isForeignThread)
    {
        if (trace.SocketAddress == 0) return false;
        if (trace.Kind != KernelEventKind.StateChange) return _foreign.Contains(trace.SocketAddress);
        var isOpening = IsOpening(trace);
        if (!isOpening && trace is not { OldState: TcpState.Listen, NewState: TcpState.SynRecv })
        {
            // A listener that was there before the trace is ours only if the thread that closes it is.
            return _foreign.Contains(trace.SocketAddress)
                || (ClosesListener(trace) && !_own.Remove(trace.SocketAddress) && isForeignThread != false);
        }

        _foreign.Remove(trace.SocketAddress); // the address has been given again
        if (!isOpening) return false;
        if (isForeignThread != true)
        {
            if (_own.Count >= MaxKnown) _own.Clear();
            _own.Add(trace.SocketAddress);
            return false;
        }

        if (_foreign.Count >= MaxKnown) _foreign.Clear();
        _foreign.Add(trace.SocketAddress);
        return true;
    }

    /// <summary>A socket begins to connect or to listen in its owner's call.</summary>
    private static bool IsOpening(KernelEvent trace) =>
        trace is { OldState: TcpState.Closed, NewState: TcpState.SynSent or TcpState.Listen };

    /// <summary>A listener closes in its owner's call, too.</summary>
    private static bool ClosesListener(KernelEvent trace) => trace is { OldState: TcpState.Listen, NewState: TcpState.Closed };

    private static string? Ask(int thread)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/ns/net")).LinkTarget;
        }
        catch (IOException)
        {
            return null; // it has ended
        }
        catch (UnauthorizedAccessException)
        {
            return null; // it may not be asked
        }
    }
}
