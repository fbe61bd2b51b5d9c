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

    public CallRecordLayout(
        TraceFormat format, CallRecordKind kind, string[] numbers, SystemCall call = SystemCall.None,
        string? socket = null, string? text = null)
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

    public int Id { get; }

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
