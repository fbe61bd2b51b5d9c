using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live.Calls.Records;

/// <summary>The tracepoints of the call trace that this kernel has, with the layouts of their records.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CallLayouts
{
    private const string TcpAndMultipath = "protocol==6||protocol==262";

    // A signal with a handler does not end the process. SIG_DFL is 0.
    private const string WithoutHandler = "sa_handler==0";

    private readonly List<CallRecordLayout> _all = [];
    private readonly Adder _add;

    /// <summary>Adds every tracepoint that the kernel has. Before Linux 6.3 there are no transfers.</summary>
    public CallLayouts(Adder add, bool useTransfers)
    {
        _add = add;
        _all.Add(new(Require("task", "task_newtask"), CallRecordKind.NewTask, ["pid", "clone_flags"], text: "comm"));
        _all.Add(new(Require("sched", "sched_process_exec"), CallRecordKind.Execute, ["old_pid"], text: "filename"));
        _all.Add(new(Require("sched", "sched_process_exit"), CallRecordKind.EndTask, []));
        if (add("signal", "signal_deliver", WithoutHandler) is { } signal) _all.Add(new(signal, CallRecordKind.Signal, ["sig"]));
        if (useTransfers && add("sock", "sock_send_length", TcpAndMultipath) is { } sent
            && add("sock", "sock_recv_length", TcpAndMultipath) is { } received)
        {
            ReportsTransfers = true;
            _all.Add(new(sent, CallRecordKind.Sent, ["ret", "flags", "protocol"], socket: "sk"));
            _all.Add(new(received, CallRecordKind.Received, ["ret", "flags", "protocol"], socket: "sk"));
        }

        foreach (var call in CallTracepoint.All) Add(call);
    }

    /// <summary>Adds a tracepoint to the trace, with an optional filter; null if the kernel does not have it.</summary>
    public delegate TraceFormat? Adder(string group, string name, string? filter);

    public IReadOnlyList<CallRecordLayout> All => _all;

    /// <summary>True if the kernel reports how many bytes a call read from or wrote to a socket (Linux 6.3).</summary>
    public bool ReportsTransfers { get; }

    private void Add(CallTracepoint call)
    {
        // Some kernels lack a call: arm64 has no dup2, and Linux before 5.9 has no close_range.
        if (_add("syscalls", "sys_enter_" + call.Kernel, call.Filter) is not { } enter) return;
        _all.Add(new(enter, CallRecordKind.Enter, call.Arguments, call.Call));
        if (!call.HasResult || (ReportsTransfers && call.IsOfFiles)) return;
        _all.Add(new(Require("syscalls", "sys_exit_" + call.Kernel), CallRecordKind.Exit, ["ret"], call.Call));
    }

    private TraceFormat Require(string group, string name) =>
        _add(group, name, null) ?? throw new StateSourceException($"this kernel has no tracepoint {group}/{name}");
}
