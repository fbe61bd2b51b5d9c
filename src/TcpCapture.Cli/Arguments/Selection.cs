using System.Globalization;
using TcpCapture.Cli.Terminal;
using TcpCapture.Model;

namespace TcpCapture.Cli.Arguments;

internal sealed record Selection(IReadOnlyList<int> Connections, Moment? Since, Moment? Until)
{
    public bool IsAll => Connections.Count == 0 && Since is null && Until is null;

    /// <summary>Creates a sink that passes the selected events to another sink.</summary>
    public TimelineSelection From(ITimelineSink sink, Timestamp start) => new(sink)
    {
        Connections = Connections.ToHashSet(),
        From = First(start),
        To = Last(start),
    };

    /// <summary>True if the range ends before it begins.</summary>
    public bool IsReversed(Timestamp start) => First(start) > Last(start);

    /// <summary>The message about requested connections or times without events; null if there are none.</summary>
    public string? Missing(TimelineSelection selection, Recording recording, string name)
    {
        var unknown = Connections.Where(number => number > selection.LastConnection).Distinct().Order().ToArray();
        if (unknown.Length > 0) return NoConnection(unknown, name, selection.LastConnection);
        if (selection.Shown > 0 || IsAll) return null;
        var end = ((selection.LastTime ?? recording.Info.Start) - recording.Info.Start) / 1e9;
        var of = Connections.Count > 0 ? $" on connection {string.Join(", ", Connections)}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"There is no event{of} in this time: the last event is {end:F6} s after the start, {recording.Info.Start}. ")
            + "Change --from or --to.";
    }

    /// <summary>One line that counts the events left out; null if there are none.</summary>
    public static string? Hidden(TimelineSelection selection)
    {
        var parts = new List<string>();
        Add(selection.HiddenOfOthers, $"of {UnitText.Count(selection.HiddenConnections, "other connection")}");
        Add(selection.HiddenOfNone, parts.Count == 0 ? "of no connection" : "of none");
        Add(selection.HiddenByTime, "at other times");
        return parts.Count == 0 ? null : $"Not shown: {string.Join(", ", parts)}.";

        void Add(long events, string which)
        {
            if (events == 0) return;
            parts.Add($"{(parts.Count == 0 ? UnitText.Count(events, "event") : events.ToString(CultureInfo.InvariantCulture))} {which}");
        }
    }

    /// <summary>The message for connections that do not exist.</summary>
    public static string NoConnection(IEnumerable<int> numbers, string where, long count, string pronoun = "it has") =>
        $"There is no connection {string.Join(", ", numbers)} in {where}: {pronoun} "
        + count switch { 0 => "none.", 1 => "one.", _ => $"{count}, numbered from 1." };

    private Timestamp? First(Timestamp start) => Since is { } since ? new Timestamp(since.In(start).Nanoseconds - since.Slack) : null;
    private Timestamp? Last(Timestamp start) => Until is { } until ? new Timestamp(until.In(start).Nanoseconds + until.Slack) : null;
}
