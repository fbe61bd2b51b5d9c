using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>The clock of a trace, and its offset from CLOCK_REALTIME, the clock of packet times.</summary>
/// <remarks>
/// The clock is CLOCK_TAI, which differs from CLOCK_REALTIME by whole seconds; kernels without it use CLOCK_MONOTONIC. The
/// offset is measured with markers: each is written into the trace between two readings of CLOCK_REALTIME.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class TraceClock(string name, int clock, int markerId)
{
    private const int MarkerCount = 16;
    private const string MarkerText = "tcpcapture clock mark";

    private readonly List<(long Before, long After)> _readings = [];
    private readonly List<ulong> _stamps = [];

    public string Name => name;

    /// <summary>Sets the clock of an instance, which empties its buffers.</summary>
    public static TraceClock Choose(TraceInstance instance)
    {
        var offered = instance.Read("trace_clock").Split([' ', '\n', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        var marker = instance.Describe("ftrace", "print")
            ?? throw new StateSourceException("the kernel's trace accepts no markers, so its clock cannot be compared");
        var chosen = offered.Contains("tai") ? new TraceClock("tai", Libc.CLOCK_TAI, marker.Id)
            : offered.Contains("mono") ? new TraceClock("mono", Libc.CLOCK_MONOTONIC, marker.Id)
            : throw new StateSourceException("the kernel's trace has neither the clock tai nor mono");
        instance.Write("trace_clock", chosen.Name);
        return chosen;
    }

    public long Now() => Libc.ReadClock(clock);

    public void WriteMarkers(TraceInstance instance)
    {
        _readings.Clear();
        _stamps.Clear();
        var path = instance.Path + "/trace_marker";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var i = 0; i < MarkerCount; i++)
        {
            var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{MarkerText} {i}\n"));
            var before = Libc.ReadClock(Libc.CLOCK_REALTIME);
            file.Write(text);
            _readings.Add((before, Libc.ReadClock(Libc.CLOCK_REALTIME)));
        }
    }

    /// <summary>Takes a record of the trace if it is a marker.</summary>
    public bool TakeMarker(ReadOnlySpan<byte> record, ulong stamp)
    {
        if (!TraceDecoder.TryReadId(record, out var id) || id != markerId) return false;
        _stamps.Add(stamp);
        return true;
    }

    /// <summary>Computes the offset; null if a marker was lost, because then stamps cannot be matched to readings.</summary>
    public ClockOffset? Measure()
    {
        if (_stamps.Count != _readings.Count) return null;
        _stamps.Sort(); // several CPUs may have written them
        return ClockOffset.From(_readings.Zip(_stamps, (r, stamp) => (r.Before, stamp, r.After)), clock == Libc.CLOCK_TAI);
    }
}
