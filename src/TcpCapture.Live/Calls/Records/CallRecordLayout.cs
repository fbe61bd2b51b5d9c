using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>Where in the records of one tracepoint the facts of a call record are, on this kernel.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CallRecordLayout
{
    private static readonly int[] AnySize = [1, 2, 4, 8];

    private readonly CallRecordKind _kind;
    private readonly SystemCall _call;
    private readonly TraceField _thread;
    private readonly TraceField? _a;
    private readonly TraceField? _b;
    private readonly TraceField? _c;
    private readonly TraceField? _socket;
    private readonly TraceField? _text;

    private CallRecordLayout(
        TraceFormat format, CallRecordKind kind, SystemCall call, string[] numbers, string? socket = null, string? text = null)
    {
        Id = format.Id;
        _kind = kind;
        _call = call;
        _thread = format.Require("common_pid", 4);
        _a = numbers.Length > 0 ? format.Require(numbers[0], AnySize) : null;
        _b = numbers.Length > 1 ? format.Require(numbers[1], AnySize) : null;
        _c = numbers.Length > 2 ? format.Require(numbers[2], AnySize) : null;
        _socket = socket is null ? null : format.Require(socket, 4, 8);
        _text = text is null ? null : format.Require(text);
    }

    /// <summary>The number that the tracepoint's records begin with.</summary>
    public int Id { get; }

    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout Enter(CallTracepoint call, TraceFormat format) =>
        new(format, CallRecordKind.Enter, call.Call, call.Arguments);

    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout Exit(CallTracepoint call, TraceFormat format) =>
        new(format, CallRecordKind.Exit, call.Call, ["ret"]);

    /// <summary>For <c>sock_send_length</c> and <c>sock_recv_length</c>.</summary>
    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout Transfer(CallRecordKind kind, TraceFormat format) =>
        new(format, kind, SystemCall.None, ["ret", "flags", "protocol"], "sk");

    /// <summary>For <c>task_newtask</c>.</summary>
    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout NewTask(TraceFormat format) =>
        new(format, CallRecordKind.NewTask, SystemCall.None, ["pid", "clone_flags"], text: "comm");

    /// <summary>For <c>sched_process_exec</c>.</summary>
    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout Execute(TraceFormat format) =>
        new(format, CallRecordKind.Execute, SystemCall.None, ["old_pid"], text: "filename");

    /// <summary>For <c>sched_process_exit</c>.</summary>
    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout EndTask(TraceFormat format) => new(format, CallRecordKind.EndTask, SystemCall.None, []);

    /// <summary>For <c>signal_deliver</c>.</summary>
    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout Signal(TraceFormat format) => new(format, CallRecordKind.Signal, SystemCall.None, ["sig"]);

    /// <summary>For <c>signal_generate</c>.</summary>
    /// <exception cref="TcpCaptureException">The tracepoint lacks what it is wanted for.</exception>
    public static CallRecordLayout SignalSent(TraceFormat format) => new(format, CallRecordKind.SignalSent, SystemCall.None, ["sig", "pid"]);

    /// <summary>Reads a record; false if it is too short.</summary>
    public bool TryRead(ReadOnlySpan<byte> record, Timestamp time, out CallRecord decoded)
    {
        decoded = default;
        if (!TraceLayout.Read(record, _thread, out var thread) || !TraceLayout.Read(record, _a, out var a) ||
            !TraceLayout.Read(record, _b, out var b) || !TraceLayout.Read(record, _c, out var c) ||
            !TraceLayout.Read(record, _socket, out var socket))
        {
            return false;
        }

        var text = _text is { } field ? CallRecordDecoder.ReadText(record, field) : null;
        if (_text is not null && text is null) return false;
        decoded = new CallRecord
        {
            Time = time,
            Kind = _kind,
            Call = _call,
            Thread = (int)thread,
            A = a,
            B = b,
            C = c,
            SocketAddress = (ulong)socket,
            Text = text,
        };
        return true;
    }
}
