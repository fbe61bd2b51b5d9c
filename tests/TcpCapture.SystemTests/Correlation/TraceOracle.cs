using System.Globalization;
using TcpCapture.Model;
using TcpCapture.SystemTests.Cli;
using TcpCapture.SystemTests.States.Tracing;

namespace TcpCapture.SystemTests.Correlation;

/// <summary>Compares a timeline with the kernel's own text trace.</summary>
internal static class TraceOracle
{
    /// <summary>Asserts that timeline.csv has exactly the kernel's changes. Returns their number, and how many differ by over 2 µs.</summary>
    /// <remarks>
    /// Three exceptions, which are the kernel's: LISTEN→SYN_RECV, reported when the handshake ends, is in the timeline at the
    /// SYN-ACK; where a mini-socket takes over the timeline may know better than the report when TIME_WAIT began; and a
    /// close after a shutdown reports FIN_WAIT1→FIN_WAIT1, or the like, which is no change.
    /// </remarks>
    public static (int Compared, int FurtherApart, long Furthest) Compare(string folder, IEnumerable<TextTransition> text)
    {
        var recording = Recording.Open(folder);
        recording.Replay(NoObservations.Instance); // how it ended is told at its end
        var offset = recording.Info.TraceClockOffsetNanoseconds!.Value;
        var end = recording.End!.Time.Nanoseconds; // what the clean-up did afterwards is nobody's to know
        var rows = CsvFile.Read(Path.Combine(folder, "timeline.csv")).Where(row => row["kind"] == "state").ToArray();
        var traced = Group(rows.Where(row => row["evidence"] == "traced").Select(row => (TimelineTransition.From(row), Nanoseconds(row["time"]))));
        var reported = Group(text.Select(line => (TimelineTransition.From(line), line.Microseconds * 1000 - offset)).Where(line => line.Item2 <= end && line.Item1.Old != line.Item1.New));
        var shown = rows.CountBy(TimelineTransition.From).ToDictionary();
        var differences = new List<string>();
        int compared = 0, apart = 0;
        long furthest = 0;
        foreach (var change in reported.Keys.Union(traced.Keys))
        {
            var theirs = reported.GetValueOrDefault(change, []);
            var ours = traced.GetValueOrDefault(change, []);
            if (change.IsLateSynRecv)
            {
                var there = shown.GetValueOrDefault(change);
                if (ours.Count > 0 || there < theirs.Count) differences.Add($"{change}: {theirs.Count} reported, {there} shown, {ours.Count} as traced");
                continue;
            }

            if (change.LeavesMiniSocket ? ours.Count > theirs.Count : ours.Count != theirs.Count)
                differences.Add($"{change}: {theirs.Count} reported, {ours.Count} in the timeline");
            foreach (var time in ours.Where(_ => theirs.Count > 0))
            {
                var difference = theirs.Min(other => Math.Abs(other - time));
                compared++;
                furthest = Math.Max(furthest, difference);
                if (difference > 2000) apart++; // the text has whole microseconds only
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
        Assert.NotEqual(0, compared);
        return (compared, apart, furthest);
    }

    private static Dictionary<TimelineTransition, List<long>> Group(IEnumerable<(TimelineTransition Change, long Time)> changes) =>
        changes.GroupBy(change => change.Change, change => change.Time).ToDictionary(group => group.Key, group => group.ToList());

    /// <summary>Nanoseconds since 1970, which a <see cref="DateTime"/> cannot hold.</summary>
    private static long Nanoseconds(string time) =>
        (DateTime.ParseExact(time[..19], "s", CultureInfo.InvariantCulture) - DateTime.UnixEpoch).Ticks * 100
        + long.Parse(time.AsSpan(20, 9), CultureInfo.InvariantCulture);
}
