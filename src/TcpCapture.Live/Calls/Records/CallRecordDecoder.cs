using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>Makes call records of the trace's records. No length in them is believed.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CallRecordDecoder
{
    private const int MaxText = 4096;

    private readonly CallRecordLayout?[] _layouts = new CallRecordLayout?[ushort.MaxValue + 1];
    private readonly long _clockOffset;
    private readonly TraceLayout _stateChange;

    /// <param name="clockOffset">Taken off every stamp, in nanoseconds.</param>
    /// <param name="layouts">The tracepoints to be understood.</param>
    /// <param name="stateChange">The description of <c>inet_sock_set_state</c>.</param>
    /// <exception cref="TcpCaptureException">It lacks what it is wanted for.</exception>
    public CallRecordDecoder(long clockOffset, IEnumerable<CallRecordLayout> layouts, TraceFormat stateChange)
    {
        _clockOffset = clockOffset;
        foreach (var layout in layouts) _layouts[layout.Id] = layout;
        _stateChange = new TraceLayout(KernelEventKind.StateChange, stateChange);
    }

    /// <summary>Records that made no sense.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Packet time of a stamp.</summary>
    public Timestamp TimeOf(ulong stamp) => new(unchecked((long)stamp - _clockOffset));

    /// <summary>Reads a record; false if it is another tracepoint's or makes no sense.</summary>
    public bool TryDecode(ReadOnlySpan<byte> record, ulong stamp, int cpu, out CallRecord decoded)
    {
        decoded = default;
        if (!TraceDecoder.TryReadId(record, out var id))
        {
            Unreadable++;
            return false;
        }

        if (_layouts[id & ushort.MaxValue] is { } layout)
        {
            if (layout.TryRead(record, TimeOf(stamp), out decoded)) return true;
            Unreadable++;
            return false;
        }

        if (_stateChange.Id != id) return false;
        if (!_stateChange.TryRead(record, TimeOf(stamp), cpu, out var change))
        {
            Unreadable++;
            return false;
        }

        decoded = new CallRecord { Time = change.Time, Kind = CallRecordKind.StateChange, Thread = change.ThreadId, Change = change };
        return true;
    }

    /// <summary>Reads a text whose place the record tells (<c>__data_loc</c>), or one of fixed length; null if it lies outside.</summary>
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
}
