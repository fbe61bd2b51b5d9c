using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live.Calls.Records;

/// <summary>The tracepoints of the calls' trace that a kernel has, and how their records are read.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CallLayouts
{
    private const string TcpAndMultipath = "protocol==6||protocol==262";

    // Signals with a handler end nobody: SIG_DFL is 0.
    private const string WithoutHandler = "sa_handler==0";

    private readonly List<CallRecordLayout> _all = [];
    private readonly Adder _add;

    private CallLayouts(Adder add) => _add = add;

    /// <summary>Adds a tracepoint to the trace, with a filter or without; null if the kernel does not have it.</summary>
    public delegate TraceFormat? Adder(string group, string name, string? filter);

    /// <summary>All of them.</summary>
    public IReadOnlyList<CallRecordLayout> All => _all;

    /// <summary>True if a socket tells, inside a call, how it was read or written (Linux 6.3).</summary>
    public bool SocketsTell { get; private set; }

    /// <summary>Adds all that the kernel has.</summary>
    /// <param name="add">Adds one.</param>
    /// <param name="mayAskSockets">False: do without what sockets tell, as on kernels before 6.3.</param>
    /// <exception cref="TcpCaptureException">It lacks one that is needed.</exception>
    public static CallLayouts Add(Adder add, bool mayAskSockets)
    {
        var layouts = new CallLayouts(add);
        layouts._all.Add(CallRecordLayout.NewTask(layouts.Require("task", "task_newtask")));
        layouts._all.Add(CallRecordLayout.Execute(layouts.Require("sched", "sched_process_exec")));
        layouts._all.Add(CallRecordLayout.EndTask(layouts.Require("sched", "sched_process_exit")));
        if (add("signal", "signal_deliver", WithoutHandler) is { } signal) layouts._all.Add(CallRecordLayout.Signal(signal));
        if (mayAskSockets && add("sock", "sock_send_length", TcpAndMultipath) is { } sent
            && add("sock", "sock_recv_length", TcpAndMultipath) is { } received)
        {
            layouts.SocketsTell = true;
            layouts._all.Add(CallRecordLayout.Transfer(CallRecordKind.Sent, sent));
            layouts._all.Add(CallRecordLayout.Transfer(CallRecordKind.Received, received));
        }

        foreach (var call in CallTracepoint.All) layouts.Add(call);
        return layouts;
    }

    private void Add(CallTracepoint call)
    {
        // Not every kernel has each: dup2 is missing on arm64, close_range before Linux 5.9.
        if (_add("syscalls", "sys_enter_" + call.Kernel, call.Filter) is not { } enter) return;
        _all.Add(CallRecordLayout.Enter(call, enter));
        if (!call.HasResult || (SocketsTell && call.IsOfFiles)) return;
        _all.Add(CallRecordLayout.Exit(call, Require("syscalls", "sys_exit_" + call.Kernel)));
    }

    private TraceFormat Require(string group, string name) =>
        _add(group, name, null) ?? throw new StateSourceException($"this kernel has no tracepoint {group}/{name}");
}
