using TcpCapture.Live.Calls.Processes;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>
/// Delivers calls: a whole one when it has returned, one that takes long at its begin and at its return. What a row wants to
/// say of its socket may be known a moment later only; then it waits, but not for long.
/// </summary>
/// <param name="sink">Takes the calls.</param>
/// <param name="ports">TCP ports, of which one of a socket's ends must have one as soon as they are known; none: every port.</param>
internal sealed class CallDelivery(IObservationSink sink, IReadOnlyCollection<ushort> ports)
{
    /// <summary>How long a call waits for what its row wants to say. A recording's reader takes a call up to a second late.</summary>
    public const long MaxHoldNanoseconds = 300_000_000;

    /// <summary>A socket with more calls than these is not waited for.</summary>
    private const int MaxHeld = 64;

    private readonly Queue<(ProgramSocket Socket, Timestamp Since)> _holding = new();
    private long _delivered;

    /// <summary>Calls delivered, each counted once. May be asked by any thread.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>A call has returned.</summary>
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
        if (subject.Held.Count > MaxHeld) GiveUp(subject);
    }

    /// <summary>A call takes long: its begin is delivered.</summary>
    public void Begin(TracedCall call)
    {
        if (call.Socket is { IsSettled: false } socket) GiveUp(socket);
        if (!IsWanted(call.Subject)) return;
        call.IsBegunDelivered = true;
        Deliver(call);
    }

    /// <summary>It is known what a socket is: what waited for it goes on.</summary>
    public void Release(ProgramSocket socket)
    {
        if (socket.Held is not { } held) return;
        socket.Held = null;
        foreach (var call in held) Deliver(call);
    }

    /// <summary>Lets go what has waited long enough.</summary>
    public void Expire(Timestamp now)
    {
        while (_holding.TryPeek(out var first) && now - first.Since > MaxHoldNanoseconds)
        {
            _holding.Dequeue();
            if (first.Socket.Held is not null) GiveUp(first.Socket);
        }
    }

    /// <summary>Lets everything go: nothing more comes.</summary>
    public void Flush()
    {
        while (_holding.TryDequeue(out var first)) GiveUp(first.Socket);
    }

    private bool IsWanted(ProgramSocket? socket) => ports.Count == 0 || socket is null or { Local: null, Remote: null }
        || (socket.Local is { } local && ports.Contains(local.Port)) || (socket.Remote is { } remote && ports.Contains(remote.Port));

    private void GiveUp(ProgramSocket socket)
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
