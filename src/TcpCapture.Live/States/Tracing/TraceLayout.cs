using System.Globalization;
using System.Runtime.InteropServices;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Reads the records of one tracepoint as this kernel lays them out.</summary>
internal sealed class TraceLayout
{
    private readonly KernelEventKind _kind;
    private readonly TraceField? _process;
    private readonly TraceField? _socket;
    private readonly TraceField? _segment;
    private readonly TraceField? _oldState;
    private readonly TraceField? _newState;
    private readonly TraceField? _reason;
    private readonly TraceField? _error;
    private readonly TraceAddresses? _addresses;
    private readonly IReadOnlyDictionary<long, string> _reasons;
    private readonly IReadOnlyDictionary<long, string> _oldStates;
    private readonly IReadOnlyDictionary<long, string> _newStates;

    public TraceLayout(KernelEventKind kind, TraceFormat format)
    {
        _kind = kind;
        Id = format.Id;
        _process = format.Require("common_pid", 4);
        _socket = Number(format, kind == KernelEventKind.Drop ? "rx_sk" : "skaddr");
        _segment = Number(format, "skbaddr");
        _reason = kind is KernelEventKind.SendReset or KernelEventKind.Drop ? Number(format, "reason") : null;
        _reasons = format.SymbolsOf("reason");
        _oldStates = format.SymbolsOf("oldstate");
        _newStates = format.SymbolsOf("newstate");
        if (kind == KernelEventKind.StateChange)
        {
            format.Require("skaddr", 4, 8);
            _oldState = format.Require("oldstate", 1, 2, 4);
            _newState = format.Require("newstate", 1, 2, 4);
        }

        if (kind == KernelEventKind.SocketError) _error = format.Require("error", 4);
        if (kind != KernelEventKind.Drop) _addresses = new TraceAddresses(format);
    }

    public int Id { get; }

    /// <summary>Reads a record; false if it is too short or its address family is not IP.</summary>
    public bool TryRead(ReadOnlySpan<byte> record, Timestamp time, int cpu, out KernelEvent trace)
    {
        trace = null!;
        Endpoint local = default, remote = default;
        if (_addresses is not null && !_addresses.TryRead(record, out local, out remote)) return false;
        if (!Read(record, _process, out var thread) || !Read(record, _socket, out var socket) ||
            !Read(record, _segment, out var segment) || !Read(record, _oldState, out var oldState) ||
            !Read(record, _newState, out var newState) || !Read(record, _reason, out var reason) ||
            !Read(record, _error, out var error))
        {
            return false;
        }

        trace = new KernelEvent
        {
            Time = time,
            Kind = _kind,
            Local = local,
            Remote = remote,
            OldState = _oldState is null ? null : KernelTcpState.From(oldState, _oldStates),
            NewState = _newState is null ? null : KernelTcpState.From(newState, _newStates),
            SocketAddress = (ulong)socket,
            SegmentAddress = (ulong)segment,
            Reason = _reason is null ? null : Word(reason),
            Errno = _error is null ? null : (int)error,
            ThreadId = (int)thread,
            Cpu = cpu,
        };
        return true;
    }

    /// <summary>Reads a number; 0 if this kernel lacks the field. False if the record is too short.</summary>
    internal static bool Read(ReadOnlySpan<byte> record, TraceField? field, out long number)
    {
        number = 0;
        if (field is not { } f) return true;
        if (f.Offset > record.Length || f.Size > record.Length - f.Offset) return false;
        var bytes = record.Slice(f.Offset, f.Size);
        switch (f.Size)
        {
            case 1:
                number = f.IsSigned ? (sbyte)bytes[0] : bytes[0];
                return true;
            case 2:
                number = f.IsSigned ? MemoryMarshal.Read<short>(bytes) : MemoryMarshal.Read<ushort>(bytes);
                return true;
            case 4:
                number = f.IsSigned ? MemoryMarshal.Read<int>(bytes) : MemoryMarshal.Read<uint>(bytes);
                return true;
            case 8:
                number = MemoryMarshal.Read<long>(bytes);
                return true;
            default:
                return false;
        }
    }

    private static TraceField? Number(TraceFormat format, string field) =>
        format.Find(field) is null ? null : format.Require(field, 1, 2, 4, 8);

    private string Word(long reason) =>
        _reasons.TryGetValue(reason, out var word) ? word : reason.ToString(CultureInfo.InvariantCulture);
}
