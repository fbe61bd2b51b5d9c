using System.Globalization;

namespace TcpCapture.Model;

/// <summary>The number of observations in a file, written when it is finished: shows what was removed since.</summary>
internal sealed record RecordingContents
{
    public long Frames { get; set; }
    public long Calls { get; set; }
    public long Samples { get; set; }
    public long Owners { get; set; }
    public long Traces { get; set; }
    public static RecordingContents Nothing { get; } = new();

    /// <summary>The difference to others, never negative.</summary>
    public RecordingContents Without(RecordingContents others) =>
        Combine(others, (all, missing) => all > missing ? all - missing : 0);

    public RecordingContents With(RecordingContents others) => Combine(others, (own, more) => own + more);

    /// <summary>The counts other than 0, as text: <c>3 frames and 1 call</c>.</summary>
    public string ToText()
    {
        var parts = new List<string>();
        Count(Frames, "frame");
        Count(Calls, "call");
        Count(Samples, "sample");
        Count(Owners, "socket's process", "sockets' processes");
        Count(Traces, "kernel event");
        return parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";

        void Count(long count, string one, string? many = null)
        {
            if (count > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}"));
        }
    }

    private RecordingContents Combine(RecordingContents others, Func<long, long, long> combine) => new()
    {
        Frames = combine(Frames, others.Frames),
        Calls = combine(Calls, others.Calls),
        Samples = combine(Samples, others.Samples),
        Owners = combine(Owners, others.Owners),
        Traces = combine(Traces, others.Traces),
    };
}
