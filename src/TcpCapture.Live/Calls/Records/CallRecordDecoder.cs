using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>Decodes raw trace records into call records. Every length is checked against the record.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CallRecordDecoder
{
    private const int MaxText = 4096;

    private readonly CallRecordLayout?[] _layouts = new CallRecordLayout?[ushort.MaxValue + 1];
    private readonly long _clockOffset;
    private readonly TraceLayout _stateChange;

    /// <summary>Creates a decoder; <paramref name="clockOffset"/>, in nanoseconds, is subtracted from every timestamp.</summary>
    public CallRecordDecoder(long clockOffset, IEnumerable<CallRecordLayout> layouts, TraceFormat stateChange)
    {
        _clockOffset = clockOffset;
        foreach (var layout in layouts) _layouts[layout.Id] = layout;
        _stateChange = new TraceLayout(KernelEventKind.StateChange, stateChange);
    }

    public long Unreadable { get; private set; }

    public Timestamp TimeOf(ulong stamp) => new(unchecked((long)stamp - _clockOffset));

    /// <summary>Decodes a record; false if it is from another tracepoint or unreadable.</summary>
    public bool TryDecode(ReadOnlySpan<byte> record, ulong stamp, int cpu, out CallRecord decoded)
    {
        decoded = default;
        if (!TraceDecoder.TryReadId(record, out var id)) return Reject();
        if (_layouts[id & ushort.MaxValue] is { } layout) return layout.TryRead(record, TimeOf(stamp), out decoded) || Reject();
        if (_stateChange.Id != id) return false;
        if (!_stateChange.TryRead(record, TimeOf(stamp), cpu, out var change)) return Reject();
        decoded = new CallRecord { Time = change.Time, Kind = CallRecordKind.StateChange, Thread = change.ThreadId, Change = change };
        return true;
    }

    /// <summary>Reads a text of fixed length, or at the offset that the record gives (<c>__data_loc</c>); null if out of bounds.</summary>
    internal static string? ReadText(ReadOnlySpan<byte> record, TraceField field)
    {
        if (field.Offset > record.Length || field.Size > record.Length - field.Offset) return null;
        var bytes = record.Slice(field.Offset, field.Size);
        if (field.Size == sizeof(uint))
        {
            var place = MemoryMarshal.Read<uint>(bytes);
            var (offset, length) = ((int)(place & ushort.MaxValue), (int)(place >> 16));
            if (offset > record.Length || length > record.Length - offset) return null;
            bytes = record.Slice(offset, Math.Min(length, MaxText));
        }

        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private bool Reject()
    {
        Unreadable++;
        return false;
    }
}
