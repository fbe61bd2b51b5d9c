using TcpCapture.Cli.Terminal;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Pipeline;

public sealed class TimelineSelectionTests
{
    private static readonly Recording BacklogFull =
        Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "backlog-full"));

    private readonly Seen _seen = new();

    [Fact]
    public void EverythingIsSelectedByDefault()
    {
        var all = Correlate(new Seen());
        var selection = Select(new TimelineSelection(_seen));

        Assert.Equal(all.Events, _seen.Events);
        Assert.Equal(all.Ended, _seen.Ended);
        Assert.Equal((0, 0, 0, 0), (selection.HiddenOfOthers, selection.HiddenOfNone, selection.HiddenByTime, selection.HiddenConnections));
    }

    [Fact]
    public void SelectedEventsKeepTheirNumbers()
    {
        var all = Correlate(new Seen());
        var selection = Select(new TimelineSelection(_seen) { Connections = new HashSet<int> { 2, 7 } });

        Assert.Equal(all.Events.Where(e => e.Connection is 2 or 7 || (e.Kind == EventKind.Finding && e.Connection is null)), _seen.Events);
        Assert.Equal([2, 7], _seen.Ended.Order());
        var others = all.Events.Where(e => e.Kind != EventKind.Finding).ToArray();
        Assert.Equal(others.Count(e => e.Connection is not (null or 2 or 7)), selection.HiddenOfOthers);
        Assert.Equal(others.Count(e => e.Connection is null), selection.HiddenOfNone);
        Assert.Equal(others.Length, selection.Shown + selection.HiddenOfOthers + selection.HiddenOfNone);
        Assert.Equal((7, 5), (selection.LastConnection, selection.HiddenConnections));
    }

    [Fact]
    public void TimeRangeIncludesBothEnds()
    {
        var all = Correlate(new Seen());
        var (from, to) = (all.Events[20].Time, all.Events[30].Time);
        var selection = Select(new TimelineSelection(_seen) { From = from, To = to });

        Assert.Equal(
            all.Events.Where(e => e.Kind != EventKind.Finding && e.Time >= from && e.Time <= to).Select(e => e.Number),
            _seen.Events.Where(e => e.Kind != EventKind.Finding).Select(e => e.Number));
        Assert.Equal(all.Events.Count(e => e.Kind != EventKind.Finding), selection.Shown + selection.HiddenByTime);
        Assert.InRange(selection.Shown, 11, 20);
    }

    /// <summary>Connection 7 began after the last event of the others, so an earlier range excludes its findings.</summary>
    [Fact]
    public void FindingOfAConnectionOutsideTheRangeIsLeftOut()
    {
        var all = Correlate(new Seen());
        Assert.Contains(all.Events, e => e is { Kind: EventKind.Finding, Connection: 7 });
        var begin = all.Events.First(e => e.Connection == 7).Time;

        Select(new TimelineSelection(_seen) { To = new Timestamp(begin.Nanoseconds - 1) });
        var later = new Seen();
        Select(new TimelineSelection(later) { From = begin });

        Assert.DoesNotContain(_seen.Events, e => e is { Kind: EventKind.Finding, Connection: 7 });
        Assert.DoesNotContain(7, _seen.Ended);
        Assert.Contains(later.Events, e => e is { Kind: EventKind.Finding, Connection: 7 });
        Assert.Equal([7], later.Ended);
    }

    [Fact]
    public void NothingIsSelectedForAConnectionThatDoesNotExist()
    {
        var selection = Select(new TimelineSelection(_seen) { Connections = new HashSet<int> { 8 } });

        Assert.Empty(_seen.Events);
        Assert.Equal((0, 7, 7), (selection.Shown, selection.LastConnection, selection.HiddenConnections));
    }

    private static Seen Correlate(Seen seen)
    {
        Timeline.Correlate(BacklogFull, seen);
        return seen;
    }

    private static TimelineSelection Select(TimelineSelection selection)
    {
        Timeline.Correlate(BacklogFull, selection);
        return selection;
    }

    private sealed class Seen : ITimelineSink
    {
        public List<(long Number, EventKind Kind, int? Connection, Timestamp Time, string? Note)> Events { get; } = [];

        public List<int> Ended { get; } = [];

        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) =>
            Events.Add((timelineEvent.Number, timelineEvent.Kind, timelineEvent.Connection?.Number, timelineEvent.Time, timelineEvent.Note));

        public void OnConnectionEnded(Connection connection) => Ended.Add(connection.Number);
    }
}
