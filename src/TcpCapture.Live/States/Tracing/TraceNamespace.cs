using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Detects sockets of other network namespaces. A trace reports the sockets of all namespaces and names none.</summary>
/// <remarks>
/// A socket begins to connect or to listen in a call of its owner, so the thread's namespace is the socket's. Later events
/// have the same socket address. A socket with an unknown namespace counts as own. The namespace is unknown if a listener
/// created the socket in an interrupt, if the thread ended too early, and in a container, where /proc lacks the thread.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class TraceNamespace
{
    private const int MaxKnown = 65_536;

    private readonly Func<int, bool?> _isForeign;
    private readonly HashSet<ulong> _foreign = [];
    private readonly HashSet<ulong> _own = [];

    /// <summary>Uses the network namespace of the calling thread.</summary>
    public TraceNamespace()
    {
        var own = new FileInfo("/proc/thread-self/ns/net").LinkTarget;
        _isForeign = thread => own is not null && Ask(thread) is { } its ? its != own : null;
    }

    internal TraceNamespace(Func<int, bool?> isForeign) => _isForeign = isForeign;

    /// <summary>
    /// Returns whether the event's thread is in another network namespace; null if unknown or unrelated to the socket.
    /// Must be called soon, before the thread ends.
    /// </summary>
    public bool? AskThread(KernelEvent trace) =>
        trace.Kind == KernelEventKind.StateChange && (IsOpening(trace) || ClosesListener(trace)) ? _isForeign(trace.ThreadId) : null;

    /// <summary>True if the event's socket is known to be in another namespace.</summary>
    /// <remarks>Events of all CPUs must be in order of time, because earlier events identify the socket.</remarks>
    public bool IsForeign(KernelEvent trace, bool? isForeignThread)
    {
        if (trace.SocketAddress == 0) return false;
        if (trace.Kind != KernelEventKind.StateChange) return _foreign.Contains(trace.SocketAddress);
        var isOpening = IsOpening(trace);
        if (!isOpening && trace is not { OldState: TcpState.Listen, NewState: TcpState.SynRecv })
        {
            // A listener from before the trace is own only if the thread that closes it is.
            return _foreign.Contains(trace.SocketAddress)
                || (ClosesListener(trace) && !_own.Remove(trace.SocketAddress) && isForeignThread != false);
        }

        _foreign.Remove(trace.SocketAddress); // the address is reused
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

    /// <summary>A socket begins to connect or to listen in a call of its owner.</summary>
    private static bool IsOpening(KernelEvent trace) =>
        trace is { OldState: TcpState.Closed, NewState: TcpState.SynSent or TcpState.Listen };

    /// <summary>A listener also closes in a call of its owner.</summary>
    private static bool ClosesListener(KernelEvent trace) => trace is { OldState: TcpState.Listen, NewState: TcpState.Closed };

    private static string? Ask(int thread)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/ns/net")).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // the thread has ended, or belongs to another user
        }
    }
}
