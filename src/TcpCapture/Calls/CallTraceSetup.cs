using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.States;
using TcpCapture.States.Linux;

namespace TcpCapture.Calls;

/// <summary>
/// What the calls' trace needs of the kernel: one trace that follows some threads and their children, for the calls, and one of
/// every TCP socket's changes of state, since a server's connection is made while any thread may be running.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CallTraceSetup : IDisposable
{
    private const string TcpOnly = "protocol==6";
    private const string TcpAndMultipath = "protocol==6||protocol==262";

    // Signals with a handler end nobody: SIG_DFL is 0.
    private const string WithoutHandler = "sa_handler==0";

    private readonly TraceSetup _programs;
    private readonly TraceSetup _states;
    private readonly List<CallRecordLayout> _layouts = [];
    private TraceFormat _stateChange = null!;

    private CallTraceSetup()
    {
        _programs = TraceSetup.Make(AddCalls);
        try
        {
            _states = TraceSetup.Make(AddStates);
        }
        catch
        {
            _programs.Dispose();
            throw;
        }
    }

    /// <summary>True if a socket tells, inside a call, how it was read or written (Linux 6.3).</summary>
    public bool SocketsTell { get; private set; }

    /// <summary>Makes it.</summary>
    /// <param name="followed">The thread that is followed, and whose children are.</param>
    /// <exception cref="StateSourceException">The kernel cannot do it; one line says why.</exception>
    public static CallTraceSetup Make(int followed)
    {
        var setup = new CallTraceSetup();
        try
        {
            if (!setup._programs.Processes.SeesAll)
                throw new StateSourceException("calls cannot be traced inside of a container: its numbers of processes are not the kernel's");
            setup._programs.Instance.Write("options/event-fork", "1");
            setup._programs.Instance.Write("set_event_pid", followed.ToString(CultureInfo.InvariantCulture));
            return setup;
        }
        catch (Exception error)
        {
            setup.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw TraceSetup.Refused(error);
            throw;
        }
    }

    /// <summary>A reader of both.</summary>
    public TraceReader CreateReader() => new(_programs, _states);

    /// <summary>A decoder of the records of both.</summary>
    public CallRecordDecoder CreateDecoder(long clockOffset)
    {
        var decoder = new CallRecordDecoder(clockOffset);
        foreach (var layout in _layouts) decoder.Add(layout);
        decoder.AddStateChange(_stateChange);
        return decoder;
    }

    public void Dispose()
    {
        _programs.Dispose();
        _states.Dispose();
    }

    private void AddCalls(TraceSetup setup)
    {
        if (setup.Instance.Describe("syscalls", "sys_enter_connect") is null)
            throw new StateSourceException("this kernel has no tracepoints for system calls (CONFIG_FTRACE_SYSCALLS)");
        _layouts.Add(CallRecordLayout.NewTask(Require(setup, "task", "task_newtask")));
        _layouts.Add(CallRecordLayout.Execute(Require(setup, "sched", "sched_process_exec")));
        _layouts.Add(CallRecordLayout.EndTask(Require(setup, "sched", "sched_process_exit")));
        if (setup.Add("signal", "signal_deliver", _ => WithoutHandler) is { } signal) _layouts.Add(CallRecordLayout.Signal(signal));
        var sent = setup.Add("sock", "sock_send_length", _ => TcpAndMultipath);
        var received = setup.Add("sock", "sock_recv_length", _ => TcpAndMultipath);
        SocketsTell = sent is not null && received is not null;
        if (sent is not null) _layouts.Add(CallRecordLayout.Transfer(CallRecordKind.Sent, sent));
        if (received is not null) _layouts.Add(CallRecordLayout.Transfer(CallRecordKind.Received, received));
        foreach (var call in CallTracepoint.All) Add(setup, call);
    }

    private void Add(TraceSetup setup, CallTracepoint call)
    {
        // Not every kernel has each: dup2 is missing on arm64, close_range before Linux 5.9.
        if (setup.Add("syscalls", "sys_enter_" + call.Kernel, _ => call.Filter) is not { } enter) return;
        _layouts.Add(CallRecordLayout.Enter(call, enter));
        if (!call.HasResult || (SocketsTell && call.IsOfFiles)) return;
        _layouts.Add(CallRecordLayout.Exit(call, Require(setup, "syscalls", "sys_exit_" + call.Kernel)));
    }

    private void AddStates(TraceSetup setup)
    {
        _stateChange = setup.Add("sock", "inet_sock_set_state", _ => TcpOnly)
            ?? throw new StateSourceException("this kernel has no tracepoint sock/inet_sock_set_state (Linux 4.16)");
    }

    private static TraceFormat Require(TraceSetup setup, string group, string name) =>
        setup.Add(group, name) ?? throw new StateSourceException($"this kernel has no tracepoint {group}/{name}");
}
