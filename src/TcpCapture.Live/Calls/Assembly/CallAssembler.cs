using System.Globalization;
using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>
/// Makes socket calls of the records of the calls' trace, which come in one order of time.
/// </summary>
/// <remarks>
/// Theory of operation. A system call is two records, its entry with the arguments as numbers and its return, and between them
/// on the same thread come the kernel's reports of what the call did to a socket. A table for each process says which of
/// its descriptors are TCP sockets: socket and accept make them, dup and fork copy them, close, exec and exit take them away.
/// Addresses are behind pointers that the trace does not follow: they are taken from the kernel's reports of the socket,
/// which <see cref="SocketTable"/> knows by where the kernel keeps it.
///
/// A read, write or accept that returned at once with EAGAIN found nothing to do and has no row: a program that polls would
/// bury its own calls under them. Memory follows what is open: threads, sockets, calls in progress.
/// </remarks>
internal sealed class CallAssembler
{
    /// <summary>A call that takes longer is delivered at its begin as well.</summary>
    private const long LongCallNanoseconds = 250_000_000;

    private readonly ProgramTree _tree;
    private readonly CallDelivery _delivery;
    private readonly SocketTable _sockets;
    private readonly ClosingCalls _closing;
    private readonly CallEntries _entries;
    private readonly CallReturns _returns;
    private long _lastId;

    /// <param name="tree">The programs.</param>
    /// <param name="sink">Takes the calls.</param>
    /// <param name="socketsTell">The kernel has the tracepoints by which a socket tells how it was read and written.</param>
    /// <param name="ports">TCP ports, of which one of a socket's ends must have one; none: every port.</param>
    public CallAssembler(ProgramTree tree, IObservationSink sink, bool socketsTell, params IReadOnlyCollection<ushort> ports)
    {
        _tree = tree;
        _delivery = new CallDelivery(sink, ports);
        _sockets = new SocketTable(_delivery.Release);
        _closing = new ClosingCalls(_sockets, _delivery);
        _entries = new CallEntries(_closing);
        _returns = new CallReturns(_sockets, _closing, _delivery, socketsTell);
    }

    /// <summary>Records read.</summary>
    public long Records { get; private set; }

    /// <summary>Calls delivered, each counted once. May be asked by any thread.</summary>
    public long Delivered => _delivery.Delivered;

    /// <summary>Sockets and waiting connections in memory.</summary>
    public int Sockets => _sockets.Count;

    /// <summary>Why calls may be missing or wrong, without a full stop; null if nothing is known to be. May be asked by any thread.</summary>
    public string? Incomplete { get; private set; }

    /// <summary>Takes the next record.</summary>
    public void Process(in CallRecord record)
    {
        Records++;
        switch (record.Kind)
        {
            case CallRecordKind.Gap:
                Incomplete ??= "some of the kernel's records of calls were lost";
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

    /// <summary>Everything up to a moment has been given: what waited long enough waits no more.</summary>
    public void Reach(Timestamp now)
    {
        _delivery.Expire(now);
        _closing.Expire(now, _tree.Threads);
        foreach (var thread in _tree.Threads)
        {
            if (thread.Current is { IsBegunDelivered: false } call && now - call.Begin > LongCallNanoseconds
                && call.Call != SystemCall.Close)
            {
                _delivery.Begin(call);
            }
        }
    }

    /// <summary>Nothing more comes.</summary>
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
                if (record.Call == SystemCall.IoUringSetup && record.A >= 0) SayIoUring(thread);
                _returns.Return(thread, record.Time, record.A);
                break;
            case CallRecordKind.Sent or CallRecordKind.Received:
                _returns.Transfer(thread, record);
                if (_sockets.HasErred) Incomplete ??= "a connection was taken for another one that was accepted in the same moment";
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
        _closing.Conclude(thread);
        Abandon(thread);
        thread.Entered = enter;
        thread.EnteredId = ++_lastId;
        _entries.Enter(thread, enter);
    }

    /// <summary>The return of the call it was in was not traced, since it was no socket's, or was lost.</summary>
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
        _closing.Conclude(thread);
        Abandon(thread);
        _tree.Remove(thread.Id);
        if (thread.Descriptors.Users == 0) _closing.End(thread, time, () => ++_lastId);
    }

    private void SayIoUring(ProgramThread thread) =>
        Incomplete ??= string.Create(
            CultureInfo.InvariantCulture, $"process {thread.Process.Facts.Id} uses io_uring, whose calls are not traced");
}
