using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>Determines which closes and process ends really close a socket, and when.</summary>
/// <remarks>
/// Theory of operation. Closing a descriptor does nothing to the socket if another descriptor, perhaps in a process
/// that is not observed, refers to it too. The kernel shows which case it is: it reports a state change on the closing
/// thread when a connected or listening socket is closed. Linux finishes some closes after the exit record of the call.
/// Therefore a close that has returned waits until the thread enters its next call. The end of a process closes its own
/// sockets after the end itself has been reported.
/// </remarks>
internal sealed class ClosingCalls(SocketTable sockets, CallDelivery delivery)
{
    private const long MaxWaitNanoseconds = 100_000_000;
    private const string StaysOpen = "the socket stays open: another descriptor refers to it";

    private readonly Queue<TracedCall> _ends = new();
    private readonly Dictionary<ProgramSocket, (TracedCall Call, int Thread)> _ending = [];

    public void Return(ProgramThread thread, TracedCall call)
    {
        if (call is { Socket: { References: 0 } open, Result: 0, HasClosed: false } && (open.ReportsItsClosing || IsUnknown(open)))
        {
            thread.Closing = call;
            return;
        }

        if (call is { Socket: { } socket, Result: 0 })
        {
            if (socket.References == 0 || call.HasClosed) sockets.Forget(socket);
            else StayOpen(call);
        }

        delivery.Return(call);
    }

    public void Apply(ProgramSocket socket, KernelEvent change, ProgramThread? thread)
    {
        if (thread?.Current is { Name: "close" } current && current.Socket == socket)
        {
            current.HasClosed = true;
        }
        else if (thread?.Closing is { } closing && closing.Socket == socket)
        {
            closing.End = Timestamp.Max(change.Time, closing.End ?? change.Time);
            thread.Closing = null;
            sockets.Forget(socket);
            delivery.Return(closing);
        }
        else if (_ending.TryGetValue(socket, out var end) && end.Thread == change.ThreadId)
        {
            end.Call.End = change.Time;
            EndOf(socket, end.Call);
        }
    }

    /// <summary>Finishes the pending close of a thread that continues. Without a state change, the socket stays open.</summary>
    public void FinishClose(ProgramThread thread)
    {
        if (thread.Closing is not { } call) return;
        thread.Closing = null;
        if (call.Socket is { } socket && IsUnknown(socket)) sockets.Forget(socket);
        else StayOpen(call);
        delivery.Return(call);
    }

    /// <summary>Processes the end of the last thread that used a descriptor table.</summary>
    public void End(ProgramThread last, Timestamp time, Func<long> nextId)
    {
        var how = CallWording.EndOf(last.Process.Status, last.Process.Signal);
        foreach (var descriptor in last.Descriptors.Between(0, uint.MaxValue))
        {
            if (last.Descriptors.Remove(descriptor) is not { References: 0 } socket) continue;
            var call = new TracedCall
            {
                Id = nextId(),
                Call = SystemCall.None,
                Name = CallWording.Exit,
                Socket = socket,
                Arguments = how,
                Begin = time,
                Process = last.Process.Facts,
            };
            _ending[socket] = (call, last.Id);
            _ends.Enqueue(call);
        }
    }

    public void CloseByExecute(TracedCall call)
    {
        if (call.Socket is not { References: 0 } socket) return;
        sockets.Forget(socket);
        delivery.Return(call);
    }

    /// <summary>Finishes the closes and ends whose state change has not arrived in time.</summary>
    public void Expire(Timestamp now, IEnumerable<ProgramThread> threads)
    {
        foreach (var thread in threads)
        {
            if (thread.Closing is { End: { } end } && now - end > MaxWaitNanoseconds) FinishClose(thread);
        }

        while (_ends.TryPeek(out var call) && (call.End is not null || now - call.Begin > MaxWaitNanoseconds))
        {
            _ends.Dequeue();
            if (call is not { End: null, Socket: { } socket }) continue;
            if (socket.ReportsItsClosing)
            {
                _ending.Remove(socket); // a process that is not observed has it open too
                continue;
            }

            call.End = call.Begin;
            EndOf(socket, call);
        }
    }

    private static bool IsUnknown(ProgramSocket socket) => socket is { IsAccepted: true, Address: 0 };

    private static void StayOpen(TracedCall call)
    {
        call.Name = CallWording.CloseDescriptor;
        call.Arguments = StaysOpen;
    }

    private void EndOf(ProgramSocket socket, TracedCall call)
    {
        _ending.Remove(socket);
        call.Result = 0;
        sockets.Forget(socket);
        delivery.Return(call);
    }
}
