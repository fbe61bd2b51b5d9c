using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>
/// The timeline of a recording. It needs no privilege and is the same every time. <see cref="Load"/> keeps a short one in
/// memory, for tests; <see cref="ReadEvents"/> and <see cref="Correlate(Recording, ITimelineSink[])"/> stream one of any length.
/// </summary>
public sealed class Timeline
{
    /// <summary>Default number of events that <see cref="Load"/> keeps.</summary>
    public const int DefaultMaxEvents = 50_000;

    /// <summary>Maximum number of connections that <see cref="Load"/> keeps.</summary>
    public const int MaxConnections = TimelineCollector.MaxConnections;

    private readonly Recording _recording;
    private readonly ILookup<Connection, TimelineEvent> _eventsOf;
    private readonly ILookup<Connection, Finding> _findingsOf;

    private Timeline(Recording recording, TimelineCollector collected, IReadOnlyList<Finding> findings)
    {
        _recording = recording;
        Events = collected.Events;
        EventsLeftOut = collected.EventsLeftOut;
        Connections = collected.Connections;
        End = collected.End;
        ConnectionsLeftOut = collected.ConnectionsLeftOut;
        Findings = findings;
        _eventsOf = Events.Where(e => e.Connection is not null).ToLookup(e => e.Connection!);
        _findingsOf = findings.Where(f => f.Connection is not null).ToLookup(f => f.Connection!);
        Failed = [.. Connections.Where(c => c.Diagnosis.IsFailure)];
    }

    /// <summary>Facts about the recording.</summary>
    public RecordingInfo Info => _recording.Info;

    /// <summary>How the recording ended, and what it lost.</summary>
    public TimelineEnd End { get; }

    /// <summary>The connections by number: the first <see cref="MaxConnections"/> that ended.</summary>
    public IReadOnlyList<Connection> Connections { get; }

    /// <summary>Number of connections beyond <see cref="MaxConnections"/>, not in <see cref="Connections"/>.</summary>
    public long ConnectionsLeftOut { get; }

    /// <summary>The first events in causal order, up to the limit, findings last.</summary>
    public IReadOnlyList<TimelineEvent> Events { get; }

    /// <summary>Number of events beyond the limit. Connections, findings and rules include them.</summary>
    public long EventsLeftOut { get; }

    /// <summary>All findings, including those about connections that are not kept.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Those of <see cref="Connections"/> that failed, by number.</summary>
    public IReadOnlyList<Connection> Failed { get; }

    /// <summary>The kept events of a connection, in causal order.</summary>
    /// <param name="connection">One of <see cref="Connections"/>.</param>
    public IReadOnlyList<TimelineEvent> EventsOf(Connection connection) => [.. _eventsOf[connection]];

    /// <summary>Every finding about a connection.</summary>
    /// <param name="connection">One of <see cref="Connections"/>.</param>
    public IReadOnlyList<Finding> FindingsOf(Connection connection) => [.. _findingsOf[connection]];

    /// <summary>The state changes of one end in causal order, each with its evidence and the bounds of its time.</summary>
    /// <param name="connection">One of <see cref="Connections"/>.</param>
    /// <param name="side">Which end.</param>
    public IReadOnlyList<TimelineEvent> StateChangesOf(Connection connection, Side side) =>
        [.. _eventsOf[connection].Where(e => e.Kind == EventKind.State && e.Side == side)];

    /// <summary>The states that one end entered, in order: SYN_SENT, ESTABLISHED …</summary>
    /// <param name="connection">One of <see cref="Connections"/>.</param>
    /// <param name="side">Which end.</param>
    public IReadOnlyList<TcpState> StatesOf(Connection connection, Side side) =>
        [.. StateChangesOf(connection, side).Select(e => e.NewState)];

    /// <summary>Correlates and analyses a recording and writes its timeline to the sinks, findings last.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="sinks">Receive the events, on the calling thread.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public static IReadOnlyList<Finding> Correlate(Recording recording, params ITimelineSink[] sinks)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return RecordingPipeline.Run(recording, new PipelineOutputs { Timeline = sinks });
    }

    /// <summary>Correlates and analyses a recording; findings describe the whole course of chosen connections, if few.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="chosen">The connections that the reader is interested in.</param>
    /// <param name="sinks">Receive the events of all connections, on the calling thread.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public static IReadOnlyList<Finding> Correlate(Recording recording, ConnectionChoice chosen, IReadOnlyList<ITimelineSink> sinks)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(chosen);
        return RecordingPipeline.Run(recording, new PipelineOutputs
        {
            Timeline = sinks,
            IsChosen = chosen.Count is > 0 and <= FindingOrder.MaxChosen ? chosen.Includes : null,
        });
    }

    /// <summary>Correlates and analyses a recording and keeps its timeline in memory.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="maxEvents">Maximum number of events to keep, from 0; each takes about 0.5 kB. More are only counted.</param>
    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public static Timeline Load(Recording recording, int maxEvents = DefaultMaxEvents)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentOutOfRangeException.ThrowIfNegative(maxEvents);
        var collector = new TimelineCollector(maxEvents);
        return new Timeline(recording, collector, Correlate(recording, collector));
    }

    /// <summary>Reads a timeline of any length, one event at a time, findings last. Memory is bounded by open connections.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IEnumerable<TimelineEvent> ReadEvents(Recording recording, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return RecordingPipeline.Read(recording, cancellationToken);
    }

    /// <summary>
    /// Merges two recordings of the same connections, made on two hosts whose clocks need not agree. Times are on the first host's
    /// clock; the offset of the other clock follows from causality.
    /// </summary>
    /// <param name="first">One host's recording.</param>
    /// <param name="second">The other host's recording.</param>
    /// <param name="openFolder">Creates the folder.</param>
    /// <returns>The folder with the merged recording, to be exported next.</returns>
    /// <exception cref="TcpCaptureException">
    /// They share no connection, are of the same host or are the same; one is damaged; or the folder cannot be written.
    /// </exception>
    public static OutputFolder MergeHosts(Recording first, Recording second, Func<OutputFolder> openFolder) =>
        TwoHosts.Merge(first, second, openFolder);

    /// <summary>Checks rules against the whole recording, which is read again.</summary>
    /// <param name="rules">Sentences such as <c>no resets</c>; docs/expect.md has them all.</param>
    /// <returns>The result of each rule.</returns>
    /// <exception cref="TcpCaptureException">
    /// A rule cannot be read, or the recording no longer exists: disposing a session deletes its temporary folder.
    /// </exception>
    public IReadOnlyList<ExpectationResult> Check(params IReadOnlyList<string> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var checker = new ExpectationChecker(Info, rules);
        Correlate(_recording, checker);
        return checker.Results;
    }

    /// <summary>Checks rules and throws unless all hold: an assertion for any test framework.</summary>
    /// <param name="rules">Sentences such as <c>no resets</c>.</param>
    /// <exception cref="ExpectationFailedException">A rule is broken or undecided; the message shows the events.</exception>
    /// <exception cref="TcpCaptureException">As <see cref="Check"/>.</exception>
    public void Expect(params IReadOnlyList<string> rules)
    {
        var results = Check(rules);
        if (results.Any(result => !result.IsHeld)) throw new ExpectationFailedException(results);
    }
}
