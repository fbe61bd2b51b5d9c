using System.Runtime.InteropServices;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Decodes records of the trace into kernel events.</summary>
internal sealed class TraceDecoder
{
    /// <summary>Dropped packets that are kept of each second.</summary>
    public const int MaxDropsPerSecond = 200;

    private readonly Dictionary<int, TraceLayout> _layouts = [];
    private readonly HashSet<ushort> _ports;
    private readonly long _clockOffset;
    private long _dropSecond;
    private int _drops;

    public TraceDecoder(IReadOnlyList<ushort> ports, long clockOffset, IEnumerable<TraceLayout> layouts)
    {
        _ports = [.. ports];
        _clockOffset = clockOffset;
        foreach (var layout in layouts) _layouts[layout.Id] = layout;
    }

    public long Unreadable { get; private set; }

    /// <summary>Decodes a record; null if it is malformed, of another port or of another tracepoint.</summary>
    public KernelEvent? Decode(ReadOnlySpan<byte> record, ulong stamp, int cpu)
    {
        TraceLayout? layout = null;
        var time = new Timestamp(unchecked((long)stamp - _clockOffset));
        if (TryReadId(record, out var id) && !_layouts.TryGetValue(id, out layout)) return null;
        if (layout is not null && layout.TryRead(record, time, cpu, out var trace)) return IsWanted(trace) ? trace : null;
        Unreadable++;
        return null;
    }

    private bool IsWanted(KernelEvent trace) => trace.Kind == KernelEventKind.Drop ? IsWithinLimit(trace.Time)
        : _ports.Count == 0 || _ports.Contains(trace.Local.Port) || _ports.Contains(trace.Remote.Port);

    /// <summary>Drops of any connection are decoded: a flood of them must not fill the recording.</summary>
    private bool IsWithinLimit(Timestamp time)
    {
        var second = time.Nanoseconds / 1_000_000_000;
        if (second != _dropSecond) (_dropSecond, _drops) = (second, 0);
        return ++_drops <= MaxDropsPerSecond;
    }

    /// <summary>Reads the tracepoint's number, with which every record begins.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> record, out int id)
    {
        id = record.Length >= sizeof(ushort) ? MemoryMarshal.Read<ushort>(record) : 0;
        return record.Length >= sizeof(ushort);
    }
}
