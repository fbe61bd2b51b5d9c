using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>The offsets of the fields in the records of one tracepoint on this kernel.</summary>
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

    /// <summary>The tracepoint ID, with which each of its records begins.</summary>
    public int Id { get; }

    // Each of these throws a TcpCaptureException if the tracepoint lacks a required field.
    public static CallRecordLayout Enter(CallTracepoint call, TraceFormat format) =>
        new(format, CallRecordKind.Enter, call.Call, call.Arguments);

    public static CallRecordLayout Exit(CallTracepoint call, TraceFormat format) =>
        new(format, CallRecordKind.Exit, call.Call, ["ret"]);

    // sock_send_length and sock_recv_length
    public static CallRecordLayout Transfer(CallRecordKind kind, TraceFormat format) =>
        new(format, kind, SystemCall.None, ["ret", "flags", "protocol"], "sk");

    // task_newtask
    public static CallRecordLayout NewTask(TraceFormat format) =>
        new(format, CallRecordKind.NewTask, SystemCall.None, ["pid", "clone_flags"], text: "comm");

    // sched_process_exec
    public static CallRecordLayout Execute(TraceFormat format) =>
        new(format, CallRecordKind.Execute, SystemCall.None, ["old_pid"], text: "filename");

    // sched_process_exit
    public static CallRecordLayout EndTask(TraceFormat format) => new(format, CallRecordKind.EndTask, SystemCall.None, []);

    // signal_deliver
    public static CallRecordLayout Signal(TraceFormat format) => new(format, CallRecordKind.Signal, SystemCall.None, ["sig"]);

    // signal_generate
    public static CallRecordLayout SignalSent(TraceFormat format) =>
        new(format, CallRecordKind.SignalSent, SystemCall.None, ["sig", "pid"]);

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
