using System.Runtime.InteropServices;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Makes kernel events of the trace's records.</summary>
internal sealed class TraceDecoder
{
    private readonly Dictionary<int, TraceLayout> _layouts = [];
    private readonly HashSet<ushort> _ports;
    private readonly long _clockOffset;

    /// <param name="ports">One of the ends must have one of these; none: every event counts.</param>
    /// <param name="clockOffset">Taken off every stamp, in nanoseconds.</param>
    /// <param name="layouts">The tracepoints to be understood.</param>
    public TraceDecoder(IReadOnlyList<ushort> ports, long clockOffset, IEnumerable<TraceLayout> layouts)
    {
        _ports = [.. ports];
        _clockOffset = clockOffset;
        foreach (var layout in layouts) _layouts[layout.Id] = layout;
    }

    /// <summary>Records that made no sense.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Reads a record; null if it is another port's, another tracepoint's, or makes no sense.</summary>
    public KernelEvent? Decode(ReadOnlySpan<byte> record, ulong stamp, int cpu)
    {
        if (!TryReadId(record, out var id))
        {
            Unreadable++;
            return null;
        }

        if (!_layouts.TryGetValue(id, out var layout)) return null;
        var time = new Timestamp(unchecked((long)stamp - _clockOffset));
        if (!layout.TryRead(record, time, cpu, out var trace))
        {
            Unreadable++;
            return null;
        }

        return trace.Kind == KernelEventKind.Drop || _ports.Count == 0 || _ports.Contains(trace.Local.Port) || _ports.Contains(trace.Remote.Port)
            ? trace : null;
    }

    /// <summary>The tracepoint's number, with which every record begins.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> record, out int id)
    {
        id = record.Length >= sizeof(ushort) ? MemoryMarshal.Read<ushort>(record) : 0;
        return record.Length >= sizeof(ushort);
    }
}
