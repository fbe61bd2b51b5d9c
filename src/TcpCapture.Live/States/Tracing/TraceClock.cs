using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// The clock of a trace, and how far it is from that of packet times. The clock is TAI, which is CLOCK_REALTIME but for
/// whole seconds and is set together with it; where a kernel's trace does not offer that, CLOCK_MONOTONIC.
/// </summary>
/// <remarks>
/// The offset is measured on the trace itself: marks are written into the buffer, each between two readings of
/// CLOCK_REALTIME, and their stamps read like those of any event.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class TraceClock
{
    private const int Marks = 16;
    private const string MarkText = "tcpcapture clock mark";

    private readonly List<(long Before, long After)> _readings = [];
    private readonly List<ulong> _stamps = [];
    private readonly int _markId;
    private readonly int _clock;

    private TraceClock(string name, int clock, int markId)
    {
        Name = name;
        _clock = clock;
        _markId = markId;
    }

    /// <summary>Its name in <c>trace_clock</c>.</summary>
    public string Name { get; }

    /// <summary>Sets the clock of an instance. What is in its buffer is lost.</summary>
    /// <exception cref="TcpCaptureException">The kernel offers none that can be compared.</exception>
    public static TraceClock Choose(TraceInstance instance)
    {
        var offered = instance.Read("trace_clock").Split([' ', '\n', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        var mark = instance.Describe("ftrace", "print")
            ?? throw new StateSourceException("the kernel's trace takes no marks, so its clock cannot be compared");
        var clock = offered.Contains("tai") ? new TraceClock("tai", Libc.CLOCK_TAI, mark.Id)
            : offered.Contains("mono") ? new TraceClock("mono", Libc.CLOCK_MONOTONIC, mark.Id)
            : throw new StateSourceException("the kernel's trace offers neither the clock tai nor mono");
        instance.Write("trace_clock", clock.Name);
        return clock;
    }

    /// <summary>The time on it now.</summary>
    public long Now() => Libc.ReadClock(_clock);

    /// <summary>Writes the marks of a measurement into the trace.</summary>
    public void WriteMarks(TraceInstance instance)
    {
        _readings.Clear();
        _stamps.Clear();
        var path = instance.Path + "/trace_marker";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var i = 0; i < Marks; i++)
        {
            var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{MarkText} {i}\n"));
            var before = Libc.ReadClock(Libc.CLOCK_REALTIME);
            file.Write(text);
            _readings.Add((before, Libc.ReadClock(Libc.CLOCK_REALTIME)));
        }
    }

    /// <summary>Takes a record of the trace if it is a mark.</summary>
    public bool TakeMark(ReadOnlySpan<byte> record, ulong stamp)
    {
        if (!TraceDecoder.TryReadId(record, out var id) || id != _markId) return false;
        _stamps.Add(stamp);
        return true;
    }

    /// <summary>What the marks say; null if they did not all come back, so that none can be told from another.</summary>
    public ClockOffset? Conclude()
    {
        if (_stamps.Count != _readings.Count) return null;
        _stamps.Sort(); // they may have been written on several CPUs
        return ClockOffset.From(_readings.Zip(_stamps, (r, stamp) => (r.Before, stamp, r.After)), _clock == Libc.CLOCK_TAI);
    }
}
