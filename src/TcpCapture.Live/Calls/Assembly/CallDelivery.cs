using TcpCapture.Live.Calls.Processes;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>
/// Delivers calls: short ones at the return, long ones at begin and return. Holds a call back briefly while the
/// addresses of its socket are unknown.
/// </summary>
internal sealed class CallDelivery(IObservationSink sink, IReadOnlyCollection<ushort> ports)
{
    /// <summary>Longest time to hold a call back. The reader of a recording accepts calls up to 1 s late.</summary>
    public const long MaxHoldNanoseconds = 300_000_000;

    private const int MaxHeld = 64; // a socket with more calls held back stops waiting

    private readonly Queue<(ProgramSocket Socket, Timestamp Since)> _holding = new();
    private long _delivered;

    /// <summary>Calls delivered, each counted once. Safe to read from any thread.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    public void Return(TracedCall call)
    {
        var subject = call.Subject;
        if (subject is null || subject.IsSettled || (call.IsBegunDelivered && call.Accepted is null))
        {
            Deliver(call);
            return;
        }

        if (subject.Held is null)
        {
            subject.Held = [];
            _holding.Enqueue((subject, call.End ?? call.Begin));
        }

        subject.Held.Add(call);
        if (subject.Held.Count > MaxHeld) StopWaiting(subject);
    }

    public void Begin(TracedCall call)
    {
        if (call.Socket is { IsSettled: false } socket) StopWaiting(socket);
        if (!IsWanted(call.Subject)) return;
        call.IsBegunDelivered = true;
        Deliver(call);
    }

    public void Release(ProgramSocket socket)
    {
        if (socket.Held is not { } held) return;
        socket.Held = null;
        foreach (var call in held) Deliver(call);
    }

    public void Expire(Timestamp now)
    {
        while (_holding.TryPeek(out var first) && now - first.Since > MaxHoldNanoseconds)
        {
            _holding.Dequeue();
            if (first.Socket.Held is not null) StopWaiting(first.Socket);
        }
    }

    public void Flush()
    {
        while (_holding.TryDequeue(out var first)) StopWaiting(first.Socket);
    }

    // A socket without an address is wanted: its connect may have failed.
    private bool IsWanted(ProgramSocket? socket) => ports.Count == 0 || socket is null or { Local: null, Remote: null }
        || (socket.Local is { } local && ports.Contains(local.Port)) || (socket.Remote is { } remote && ports.Contains(remote.Port));

    private void StopWaiting(ProgramSocket socket)
    {
        socket.IsGivenUp = true;
        Release(socket);
    }

    private void Deliver(TracedCall call)
    {
        if (!call.IsBegunDelivered && !IsWanted(call.Subject)) return;
        if (!call.IsBegunDelivered || call.End is null) Volatile.Write(ref _delivered, _delivered + 1);
        sink.OnCall(call.ToSocketCall());
    }
}
