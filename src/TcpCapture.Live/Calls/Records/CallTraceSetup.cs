using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live.Calls.Records;

/// <summary>
/// Sets up two kernel traces: the calls of some threads and their descendants, and for all threads the state changes of
/// TCP sockets and the signals sent. Any thread may be running when the kernel creates a server's connection.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CallTraceSetup : IDisposable
{
    private const int StatesKilobytes = 32768; // state changes take less space than calls, but not much less where connections are short
    private const string TcpOnly = "protocol==6";

    // TRACE_SIGNAL_DELIVERED is 0. SIGCHLD, SIGCONT, SIGURG and SIGWINCH never end a process, and can be frequent.
    private const string MayEnd = "result==0&&sig!=17&&sig!=18&&sig!=23&&sig!=28";

    private readonly TraceSetup _programs;
    private readonly TraceSetup _states;
    private CallLayouts _layouts = null!;
    private TraceFormat _stateChange = null!;
    private CallRecordLayout? _signalSent;

    private CallTraceSetup(bool useTransfers)
    {
        _programs = TraceSetup.Make(setup => AddCalls(setup, useTransfers));
        _states = Cleanup.OrDispose(_programs, _ => TraceSetup.Make(AddStates, StatesKilobytes));
    }

    public bool ReportsTransfers => _layouts.ReportsTransfers;

    /// <summary>Creates both traces; the first follows a thread and its descendants.</summary>
    public static CallTraceSetup Make(int followed, bool useTransfers)
    {
        var setup = new CallTraceSetup(useTransfers);
        try
        {
            if (!setup._programs.Processes.SeesAll)
                throw new StateSourceException("calls cannot be traced in a container: its process IDs differ from the kernel's");
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

    public TraceReader CreateReader() => new(_programs, _states);

    public CallRecordDecoder CreateDecoder(long clockOffset) =>
        new(clockOffset, _signalSent is { } sent ? [.. _layouts.All, sent] : _layouts.All, _stateChange);

    public void Dispose()
    {
        _programs.Dispose();
        _states.Dispose();
    }

    private void AddCalls(TraceSetup setup, bool useTransfers)
    {
        if (setup.Instance.Describe("syscalls", "sys_enter_connect") is null)
            throw new StateSourceException("this kernel has no tracepoints for system calls (CONFIG_FTRACE_SYSCALLS)");
        _layouts = new CallLayouts((group, name, filter) => setup.Add(group, name, _ => filter), useTransfers);
    }

    private void AddStates(TraceSetup setup)
    {
        _stateChange = setup.Add("sock", "inet_sock_set_state", _ => TcpOnly)
            ?? throw new StateSourceException("this kernel has no tracepoint sock/inet_sock_set_state (Linux 4.16)");
        // Traced for every thread, because the sender may be outside the programs.
        if (setup.Add("signal", "signal_generate", _ => MayEnd) is { } signal)
            _signalSent = new CallRecordLayout(signal, CallRecordKind.SignalSent, ["sig", "pid"]);
    }
}
