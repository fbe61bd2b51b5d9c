using System.Globalization;
using TcpCapture.Diagnosis;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation;

/// <summary>The result of a script: events, connections, and findings of the analyses.</summary>
internal sealed class Played : ITimelineSink
{
    private readonly IAnalysis[] _analyses;
    private readonly Diagnoser _diagnoser = new();
    private Timestamp _latest;

    public Played()
    {
        var syns = new SynRetransmits(new Dictionary<string, string>());
        syns.Attempted += Syns.Add;
        _analyses = [new Closing(), syns, new SynAckRetransmits(new Dictionary<string, string>()), new Failures()];
    }

    public List<TimelineEvent> Events { get; } = [];

    public List<Connection> Connections { get; } = [];

    public List<SynAttempt> Syns { get; } = [];

    /// <summary>Contradictions between sources.</summary>
    public List<string> Disagreements { get; } = [];

    public string[] Findings => [.. _analyses.SelectMany(analysis => analysis.Findings).Select(finding => finding.Text)];

    /// <summary>Every event as a line with its number.</summary>
    public string[] Lines => [.. Events.Select(Line)];

    /// <summary>Every segment: sender, flags, and the states of client and server when it passes.</summary>
    public string[] Segments => [.. Events.Where(e => e.Kind == EventKind.Segment).Select(Text)];

    /// <summary>Every state change.</summary>
    public string[] Changes => [.. Events.Where(e => e.Kind == EventKind.State).Select(Text)];

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        Assert.Equal(Events.Count + 1, timelineEvent.Number);
        Assert.InRange(timelineEvent.CausedBy, 0, timelineEvent.Number - 1);
        if (timelineEvent is { NotBefore: { } first, NotAfter: { } last }) Assert.True(first <= last, $"{first} > {last}");
        Assert.DoesNotContain(timelineEvent.Connection, Connections);
        Events.Add(timelineEvent);
        _latest = Timestamp.Max(_latest, timelineEvent.Time);
        foreach (var analysis in _analyses) analysis.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        Assert.DoesNotContain(connection, Connections);
        Connections.Add(connection);
        _diagnoser.Diagnose(connection, _latest);
        foreach (var analysis in _analyses) analysis.OnConnectionEnded(connection);
    }

    public TimelineEvent Segment(int number) => Events.Where(e => e.Kind == EventKind.Segment).ElementAt(number - 1);

    public TimelineEvent Change(Side side, TcpState to) =>
        Events.Single(e => e.Kind == EventKind.State && e.Side == side && e.NewState == to);

    public TimelineEvent Call(string name) => Events.First(e => e.Call?.Name == name);

    private static string Line(TimelineEvent e) =>
        string.Create(CultureInfo.InvariantCulture, $"{e.Number} {Text(e)}{(e.CausedBy == 0 ? "" : $" <- {e.CausedBy}")}");

    private static string Text(TimelineEvent e) => e.Kind switch
    {
        EventKind.Segment => $"{e.Side!.Value.ToText()} {e.Segment.Flags.ToTcpdump()} {Name(e.ClientState)}/{Name(e.ServerState)}",
        EventKind.State =>
            $"{(e.Connection is null ? "listener" : e.Side!.Value.ToText())} {e.OldState.ToRfcName()}→{e.NewState.ToRfcName()} {e.Evidence.ToText()}",
        EventKind.Icmp => $"icmp {e.Note}",
        _ => $"{e.Side!.Value.ToText()} {e.Call!.Name}{(e.IsResumed ? " resumed" : "")}",
    };

    private static string Name(TcpState? state) => state?.ToRfcName() ?? "?";
}
