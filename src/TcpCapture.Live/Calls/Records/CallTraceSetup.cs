using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live.Calls.Records;

/// <summary>
/// What the calls' trace needs of the kernel: one trace that follows some threads and their children, for the calls, and one of
/// every TCP socket's changes of state, since a server's connection is made while any thread may be running; with the signals,
/// which anybody may send.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CallTraceSetup : IDisposable
{
    /// <summary>Changes of state take less room than calls, but not by much where connections are short.</summary>
    private const int StatesKilobytes = 32768;

    private const string TcpOnly = "protocol==6";

    // TRACE_SIGNAL_DELIVERED is 0; SIGCHLD, SIGCONT, SIGURG and SIGWINCH end nobody, and some programs get many.
    private const string MayEnd = "result==0&&sig!=17&&sig!=18&&sig!=23&&sig!=28";

    private readonly TraceSetup _programs;
    private readonly TraceSetup _states;
    private CallLayouts _layouts = null!;
    private TraceFormat _stateChange = null!;
    private CallRecordLayout? _signalSent;

    private CallTraceSetup(bool mayAskSockets)
    {
        _programs = TraceSetup.Make(setup => AddCalls(setup, mayAskSockets));
        try
        {
            _states = TraceSetup.Make(AddStates, StatesKilobytes);
        }
        catch
        {
            _programs.Dispose();
            throw;
        }
    }

    /// <summary>True if a socket tells, inside a call, how it was read or written (Linux 6.3).</summary>
    public bool SocketsTell => _layouts.SocketsTell;

    /// <summary>Makes it.</summary>
    /// <param name="followed">The thread that is followed, and whose children are.</param>
    /// <param name="mayAskSockets">False: do without what sockets tell, as on kernels before 6.3.</param>
    /// <exception cref="TcpCaptureException">The kernel cannot do it; one line says why.</exception>
    public static CallTraceSetup Make(int followed, bool mayAskSockets)
    {
        var setup = new CallTraceSetup(mayAskSockets);
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
    public CallRecordDecoder CreateDecoder(long clockOffset) => new(clockOffset, _signalSent is { } sent ? [.. _layouts.All, sent] : _layouts.All, _stateChange);

    public void Dispose()
    {
        _programs.Dispose();
        _states.Dispose();
    }

    private void AddCalls(TraceSetup setup, bool mayAskSockets)
    {
        if (setup.Instance.Describe("syscalls", "sys_enter_connect") is null)
            throw new StateSourceException("this kernel has no tracepoints for system calls (CONFIG_FTRACE_SYSCALLS)");
        _layouts = CallLayouts.Add((group, name, filter) => setup.Add(group, name, _ => filter), mayAskSockets);
    }

    private void AddStates(TraceSetup setup)
    {
        _stateChange = setup.Add("sock", "inet_sock_set_state", _ => TcpOnly)
            ?? throw new StateSourceException("this kernel has no tracepoint sock/inet_sock_set_state (Linux 4.16)");
        // Here and not with the calls: the sender may be anybody.
        if (setup.Add("signal", "signal_generate", _ => MayEnd) is { } signal) _signalSent = CallRecordLayout.SignalSent(signal);
    }
}
