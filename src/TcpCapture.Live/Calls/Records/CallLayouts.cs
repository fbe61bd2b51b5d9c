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

    private CallLayouts(Adder add) => _add = add;

    /// <summary>Adds a tracepoint to the trace, with an optional filter; null if the kernel does not have it.</summary>
    public delegate TraceFormat? Adder(string group, string name, string? filter);

    public IReadOnlyList<CallRecordLayout> All => _all;

    /// <summary>True if the kernel reports how many bytes a call read from or wrote to a socket (Linux 6.3).</summary>
    public bool ReportsTransfers { get; private set; }

    /// <summary>Adds every tracepoint that the kernel has.</summary>
    /// <param name="add">Adds one tracepoint.</param>
    /// <param name="useTransfers">False to trace as on kernels before 6.3, which do not report transfers.</param>
    /// <exception cref="TcpCaptureException">The kernel lacks a required tracepoint.</exception>
    public static CallLayouts Add(Adder add, bool useTransfers)
    {
        var layouts = new CallLayouts(add);
        layouts._all.Add(CallRecordLayout.NewTask(layouts.Require("task", "task_newtask")));
        layouts._all.Add(CallRecordLayout.Execute(layouts.Require("sched", "sched_process_exec")));
        layouts._all.Add(CallRecordLayout.EndTask(layouts.Require("sched", "sched_process_exit")));
        if (add("signal", "signal_deliver", WithoutHandler) is { } signal) layouts._all.Add(CallRecordLayout.Signal(signal));
        if (useTransfers && add("sock", "sock_send_length", TcpAndMultipath) is { } sent
            && add("sock", "sock_recv_length", TcpAndMultipath) is { } received)
        {
            layouts.ReportsTransfers = true;
            layouts._all.Add(CallRecordLayout.Transfer(CallRecordKind.Sent, sent));
            layouts._all.Add(CallRecordLayout.Transfer(CallRecordKind.Received, received));
        }

        foreach (var call in CallTracepoint.All) layouts.Add(call);
        return layouts;
    }

    private void Add(CallTracepoint call)
    {
        // Some kernels lack a call: arm64 has no dup2, and Linux before 5.9 has no close_range.
        if (_add("syscalls", "sys_enter_" + call.Kernel, call.Filter) is not { } enter) return;
        _all.Add(CallRecordLayout.Enter(call, enter));
        if (!call.HasResult || (ReportsTransfers && call.IsOfFiles)) return;
        _all.Add(CallRecordLayout.Exit(call, Require("syscalls", "sys_exit_" + call.Kernel)));
    }

    private TraceFormat Require(string group, string name) =>
        _add(group, name, null) ?? throw new StateSourceException($"this kernel has no tracepoint {group}/{name}");
}
