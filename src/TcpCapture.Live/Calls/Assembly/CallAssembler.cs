using System.Globalization;
using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>Assembles socket calls from the records of the call trace, in order of time.</summary>
/// <remarks>
/// Theory of operation. A system call has two records: its entry, with the arguments as numbers, and its exit. Between
/// them, on the same thread, the kernel reports what the call did to a socket. A table for each process holds the
/// descriptors that are TCP sockets: socket and accept create them, dup and fork copy them, close, execve and exit
/// remove them. The trace does not follow pointers, so addresses come from kernel events about the socket, which
/// <see cref="SocketTable"/> finds by its kernel address.
///
/// A read, write or accept that returned at once with EAGAIN has no row, because a polling program would produce too
/// many. Memory grows with open threads, sockets and calls only.
/// </remarks>
internal sealed class CallAssembler
{
    private const long LongCallNanoseconds = 250_000_000; // a longer call is also delivered at its begin

    private readonly ProgramTree _tree;
    private readonly CallDelivery _delivery;
    private readonly SocketTable _sockets;
    private readonly ClosingCalls _closing;
    private readonly CallEntries _entries;
    private readonly CallReturns _returns;
    private long _lastId;

    public CallAssembler(ProgramTree tree, IObservationSink sink, bool reportsTransfers, params IReadOnlyCollection<ushort> ports)
    {
        _tree = tree;
        _delivery = new CallDelivery(sink, ports);
        _sockets = new SocketTable(_delivery.Release);
        _closing = new ClosingCalls(_sockets, _delivery);
        _entries = new CallEntries(_closing);
        _returns = new CallReturns(_sockets, _closing, _delivery, reportsTransfers);
    }

    public long Records { get; private set; }

    /// <summary>Calls delivered, each counted once. Safe to read from any thread.</summary>
    public long Delivered => _delivery.Delivered;
    public int Sockets => _sockets.Count;

    /// <summary>Why calls may be missing or wrong, without a full stop; null if complete. Safe to read from any thread.</summary>
    public string? Incomplete { get; private set; }

    public void Process(in CallRecord record)
    {
        Records++;
        switch (record.Kind)
        {
            case CallRecordKind.Gap:
                Incomplete ??= "some kernel records of calls were lost";
                break;
            case CallRecordKind.NewTask:
                _tree.Add(record);
                break;
            case CallRecordKind.SignalSent:
                if (_tree.Find((int)record.B) is { } receiver) receiver.Process.SignalSent = (int)record.A;
                break;
            case CallRecordKind.StateChange:
                Change(record);
                break;
            default:
                if (record.Kind == CallRecordKind.Execute) Execute(record);
                else if (_tree.Find(record.Thread) is { } thread) Process(thread, record);
                break;
        }
    }

    /// <summary>Delivers what has waited long enough. All records up to <paramref name="now"/> have been processed.</summary>
    public void Reach(Timestamp now)
    {
        _delivery.Expire(now);
        _closing.Expire(now, _tree.Threads);
        foreach (var thread in _tree.Threads)
        {
            if (thread.Current is not { IsBegunDelivered: false } call || call.Call == SystemCall.Close) continue;
            if (now - call.Begin > LongCallNanoseconds) _delivery.Begin(call);
        }
    }

    public void Finish()
    {
        Reach(new Timestamp(long.MaxValue));
        _delivery.Flush();
    }

    private void Process(ProgramThread thread, in CallRecord record)
    {
        switch (record.Kind)
        {
            case CallRecordKind.Enter:
                Enter(thread, record);
                break;
            case CallRecordKind.Exit:
                if (thread.Entered.Kind != CallRecordKind.Enter || thread.Entered.Call != record.Call) break;
                if (record.Call == SystemCall.IoUringSetup && record.A >= 0) NoteIoUring(thread);
                _returns.Return(thread, record.Time, record.A);
                break;
            case CallRecordKind.Sent or CallRecordKind.Received:
                _returns.Transfer(thread, record);
                if (_sockets.HasMisattributed) Incomplete ??= "a connection was confused with another one accepted at the same time";
                break;
            case CallRecordKind.Signal:
                thread.Process.Deliver((int)record.A);
                break;
            case CallRecordKind.EndTask:
                End(thread, record.Time);
                break;
        }
    }

    private void Enter(ProgramThread thread, in CallRecord enter)
    {
        _closing.FinishClose(thread);
        Abandon(thread);
        thread.Entered = enter;
        thread.EnteredId = ++_lastId;
        _entries.Enter(thread, enter);
    }

    /// <summary>Ends a call without an exit record: it was lost, or not traced because the call was not on a socket.</summary>
    private static void Abandon(ProgramThread thread)
    {
        if (thread.Current is { Name: "accept", Socket.Queue: { } queue }) queue.FailAccept();
        thread.Leave();
    }

    private void Change(in CallRecord record)
    {
        var thread = _tree.Find(record.Thread);
        var change = record.Change!;
        if (_sockets.Apply(change, thread?.Current ?? thread?.Closing) is { } socket) _closing.Apply(socket, change, thread);
    }

    private void Execute(in CallRecord record)
    {
        if (_tree.Execute(record) is not { } thread) return;
        foreach (var descriptor in thread.Descriptors.ClosedByExec())
        {
            _closing.CloseByExecute(new TracedCall
            {
                Id = ++_lastId,
                Call = SystemCall.None,
                Name = "close",
                Socket = thread.Descriptors.Remove(descriptor),
                Arguments = "by execve",
                Begin = record.Time,
                End = record.Time,
                Result = 0,
                Process = thread.Process.Facts,
            });
        }
    }

    private void End(ProgramThread thread, Timestamp time)
    {
        _closing.FinishClose(thread);
        Abandon(thread);
        _tree.Remove(thread.Id);
        if (thread.Descriptors.Users == 0) _closing.End(thread, time, () => ++_lastId);
    }

    private void NoteIoUring(ProgramThread thread) =>
        Incomplete ??= string.Create(
            CultureInfo.InvariantCulture, $"process {thread.Process.Facts.Id} uses io_uring; its io_uring operations are not traced");
}
