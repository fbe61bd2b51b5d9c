using System.Globalization;

namespace TcpCapture.Model;

/// <summary>
/// How many observations a file holds, written when it is finished: a reader can tell what other programs, or a person, have
/// taken out since. Not part of what was observed.
/// </summary>
internal sealed record RecordingContents
{
    public long Frames { get; init; }

    public long Calls { get; init; }

    public long Samples { get; init; }

    public long Owners { get; init; }

    public long Traces { get; init; }

    public static RecordingContents Nothing { get; } = new();

    /// <summary>What of these is not among others; a file that claims less than it has, or nonsense, lacks nothing.</summary>
    public RecordingContents Without(RecordingContents others) => new()
    {
        Frames = Left(Frames, others.Frames),
        Calls = Left(Calls, others.Calls),
        Samples = Left(Samples, others.Samples),
        Owners = Left(Owners, others.Owners),
        Traces = Left(Traces, others.Traces),
    };

    /// <summary>The counts that are not 0 in words: <c>3 frames and 1 call</c>; empty for nothing.</summary>
    public string ToText()
    {
        var parts = new List<string>();
        Count(Frames, "frame");
        Count(Calls, "call");
        Count(Samples, "look at a socket", "looks at sockets");
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
