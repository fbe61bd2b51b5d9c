using System.Globalization;

namespace TcpCapture.Model;

/// <summary>The number of observations in a file, written when it is finished: shows what was removed since.</summary>
internal sealed record RecordingContents
{
    public long Frames { get; init; }
    public long Calls { get; init; }
    public long Samples { get; init; }
    public long Owners { get; init; }
    public long Traces { get; init; }
    public static RecordingContents Nothing { get; } = new();

    /// <summary>The difference to others, never negative.</summary>
    public RecordingContents Without(RecordingContents others) => new()
    {
        Frames = Left(Frames, others.Frames),
        Calls = Left(Calls, others.Calls),
        Samples = Left(Samples, others.Samples),
        Owners = Left(Owners, others.Owners),
        Traces = Left(Traces, others.Traces),
    };

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

    private static long Left(long all, long others) => all > others ? all - others : 0;
}
