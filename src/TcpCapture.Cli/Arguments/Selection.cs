using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Pipeline;
using TcpCapture.Recordings;

namespace TcpCapture.Cli.Arguments;

/// <summary>Which part of a timeline is wanted, as it was asked for.</summary>
internal sealed record Selection(IReadOnlyList<int> Connections, Moment? Since, Moment? Until)
{
    /// <summary>True if everything is wanted.</summary>
    public bool IsAll => Connections.Count == 0 && Since is null && Until is null;

    /// <summary>The selection before a sink.</summary>
    public TimelineSelection From(ITimelineSink sink, Timestamp start) => new(sink)
    {
        Connections = Connections.ToHashSet(),
        From = First(start),
        To = Last(start),
    };

    /// <summary>True if no moment can lie in the range.</summary>
    public bool IsReversed(Timestamp start) => First(start) > Last(start);

    /// <summary>Why there is nothing, or not all that was asked for; null if there is.</summary>
    public string? Missing(TimelineSelection selection, Recording recording, string name)
    {
        var unknown = Connections.Where(number => number > selection.LastConnection).Distinct().Order().ToArray();
        if (unknown.Length > 0)
        {
            var has = selection.LastConnection switch
            {
                0 => "it has none",
                1 => "it has one",
                var count => $"it has {count}, numbered from 1",
            };
            return $"There is no connection {string.Join(", ", unknown)} in {name}: {has}.";
        }

        if (selection.Shown > 0 || IsAll) return null;
        var end = ((selection.LastTime ?? recording.Info.Start) - recording.Info.Start) / 1e9;
        var of = Connections.Count > 0 ? $" on connection {string.Join(", ", Connections)}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"Nothing happened{of} in the time asked for: the last event is {end:F6} s after the start, {recording.Info.Start}; widen --from or --to.");
    }

    /// <summary>What was left out, in one line; null if nothing was.</summary>
    public static string? Hidden(TimelineSelection selection)
    {
        var parts = new List<string>();
        Add(selection.HiddenOfOthers, $"of {Count(selection.HiddenConnections, "other connection")}");
        Add(selection.HiddenOfNone, parts.Count == 0 ? "of no connection" : "of none");
        Add(selection.HiddenByTime, "at other times");
        return parts.Count == 0 ? null : $"Not shown: {string.Join(", ", parts)}.";

        void Add(long events, string which)
        {
            if (events == 0) return;
            parts.Add($"{(parts.Count == 0 ? Count(events, "event") : events.ToString(CultureInfo.InvariantCulture))} {which}");
        }
    }

    private Timestamp? First(Timestamp start) => Since is { } since ? new Timestamp(since.In(start).Nanoseconds - since.Slack) : null;

    private Timestamp? Last(Timestamp start) => Until is { } until ? new Timestamp(until.In(start).Nanoseconds + until.Slack) : null;

    private static string Count(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
