using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Calls;

/// <summary>Builds records of a program's calls by hand, one microsecond apart.</summary>
internal sealed class ProgramScript
{
    /// <summary>The ID of the first process and of its first thread.</summary>
    public const int First = 100;

    /// <summary>Nanoseconds between two records.</summary>
    public const long Step = 1000;

    private const int Launcher = 50;

    private readonly CallList _sink = new();
    private readonly CallAssembler _assembler;
    private long _now = 1_000_000_000_000;
    private int _thread = First;

    public ProgramScript()
    {
        var tree = new ProgramTree(Launcher);
        _assembler = new CallAssembler(tree, _sink, reportsTransfers: true);
        On(Launcher).Fork(First).On(First);
    }

    public static Endpoint Server { get; } = Endpoint.FromBytes([10, 0, 0, 2], 80);

    public int Sockets => _assembler.Sockets;

    public string? Incomplete => _assembler.Incomplete;

    /// <summary>The following records are on another thread.</summary>
    public ProgramScript On(int thread)
    {
        _thread = thread;
        return this;
    }

    /// <summary>Lets time pass while the trace is read.</summary>
    public ProgramScript Wait(double milliseconds)
    {
        _now += (long)(milliseconds * 1_000_000);
        _assembler.Reach(new Timestamp(_now));
        return this;
    }

    public ProgramScript Enter(SystemCall call, long a = 0, long b = 0, long c = 0) => Add(CallRecordKind.Enter, call, a, b, c);

    public ProgramScript Exit(SystemCall call, long result) => Add(CallRecordKind.Exit, call, result);

    public ProgramScript Sent(int socket, long result) => Add(CallRecordKind.Sent, a: result, socket: Address(socket));

    public ProgramScript Received(int socket, long result) => Add(CallRecordKind.Received, a: result, socket: Address(socket));

    public ProgramScript Fork(int child) => Add(CallRecordKind.NewTask, a: child, text: "program");

    public ProgramScript Execute() => Add(CallRecordKind.Execute, a: _thread, text: "/usr/bin/another");

    /// <summary>The current thread sends a signal to a process.</summary>
    public ProgramScript Signal(int process, int signal) => Add(CallRecordKind.SignalSent, a: signal, b: process);

    /// <summary>A signal without a handler is delivered to the current thread.</summary>
    public ProgramScript Deliver(int signal) => Add(CallRecordKind.Signal, a: signal);

    public ProgramScript End() => Add(CallRecordKind.EndTask);

    public ProgramScript Gap() => Add(CallRecordKind.Gap);

    /// <summary>The kernel reports a state change of the socket of a descriptor.</summary>
    public ProgramScript Change(int socket, TcpState from, TcpState to, Endpoint? local = null, Endpoint? remote = null)
    {
        _now += Step;
        var change = new KernelEvent
        {
            Time = new Timestamp(_now),
            Kind = KernelEventKind.StateChange,
            Local = local ?? Endpoint.FromBytes([10, 0, 0, 1], (ushort)(10000 + socket % 50000)),
            Remote = remote ?? Server,
            OldState = from,
            NewState = to,
            SocketAddress = Address(socket),
            ThreadId = _thread,
        };
        _assembler.Process(new CallRecord { Time = change.Time, Kind = CallRecordKind.StateChange, Thread = _thread, Change = change });
        return this;
    }

    /// <summary>Opens a socket at a descriptor and connects it.</summary>
    public ProgramScript Connect(int descriptor) => Enter(SystemCall.Socket, 2, 1).Exit(SystemCall.Socket, descriptor)
        .Enter(SystemCall.Connect, descriptor).Change(descriptor, TcpState.Closed, TcpState.SynSent)
        .Change(descriptor, TcpState.SynSent, TcpState.Established).Exit(SystemCall.Connect, 0);

    /// <summary>Closes the only descriptor of a connected socket.</summary>
    public ProgramScript Close(int descriptor) => Enter(SystemCall.Close, descriptor)
        .Change(descriptor, TcpState.Established, TcpState.FinWait1).Exit(SystemCall.Close, 0);

    /// <summary>Finishes the trace and returns all deliveries.</summary>
    public List<SocketCall> Play()
    {
        _assembler.Finish();
        return _sink.Calls;
    }

    private static ulong Address(int socket) => 0xffff_8000_0000_0000 + (ulong)socket * 64;

    private ProgramScript Add(
        CallRecordKind kind, SystemCall call = SystemCall.None, long a = 0, long b = 0, long c = 0, ulong socket = 0, string? text = null)
    {
        _now += Step;
        _assembler.Process(new CallRecord
        {
            Time = new Timestamp(_now),
            Kind = kind,
            Call = call,
            Thread = _thread,
            A = a,
            B = b,
            C = c,
            SocketAddress = socket,
            Text = text,
        });
        return this;
    }
}

/// <summary>Collects calls in the order of their delivery.</summary>
internal sealed class CallList : IObservationSink
{
    public List<SocketCall> Calls { get; } = [];

    public void OnFrame(in Frame frame)
    {
    }

    public void OnCall(SocketCall call) => Calls.Add(call);

    public void OnSample(SocketSample sample)
    {
    }

    public void OnOwner(SocketOwner owner)
    {
    }

    public void OnTrace(KernelEvent trace)
    {
    }
}
