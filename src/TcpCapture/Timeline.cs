using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>
/// A recording's timeline: made without privilege, as often as wanted, always the same. <see cref="Correlate"/> hands it to
/// sinks an event at a time, however long it is; <see cref="Load"/> holds a short one in memory, for tests.
/// </summary>
public sealed class Timeline
{
    /// <summary>Events that <see cref="Load"/> keeps if not told otherwise.</summary>
    public const int DefaultMaxEvents = 50_000;

    /// <summary>Connections that are kept at most.</summary>
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
        ConnectionsLeftOut = collected.ConnectionsLeftOut;
        Findings = findings;
        _eventsOf = Events.Where(e => e.Connection is not null).ToLookup(e => e.Connection!);
        _findingsOf = findings.Where(f => f.Connection is not null).ToLookup(f => f.Connection!);
        Resets = [.. Connections.Select(c => c.Reset).OfType<ResetVerdict>()];
    }

    /// <summary>What is true of the whole recording.</summary>
    public RecordingInfo Info => _recording.Info;

    /// <summary>How the recording ended, and what it may have missed; null if it was cut off.</summary>
    public RecordingEnd? End => _recording.End;

    /// <summary>The connections, by their numbers: at most <see cref="MaxConnections"/>, those that ended first.</summary>
    public IReadOnlyList<Connection> Connections { get; }

    /// <summary>Connections beyond <see cref="MaxConnections"/>, which are not in <see cref="Connections"/>.</summary>
    public long ConnectionsLeftOut { get; }

    /// <summary>The events in causal order, findings last: at most as many as asked for, the first ones.</summary>
    public IReadOnlyList<TimelineEvent> Events { get; }

    /// <summary>Events that were not kept, since there were more. What is said of connections counts them all the same.</summary>
    public long EventsLeftOut { get; }

    /// <summary>Every finding, also those of what is not kept.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Who reset which of <see cref="Connections"/>, and why; empty if nobody did.</summary>
    public IReadOnlyList<ResetVerdict> Resets { get; }

    /// <summary>The events of a connection in causal order, as far as the timeline keeps them.</summary>
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

    /// <summary>Correlates and analyses a recording and hands the timeline to the sinks, findings last.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="sinks">Take the events, on the calling thread.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public static IReadOnlyList<Finding> Correlate(Recording recording, params ITimelineSink[] sinks)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return RecordingPipeline.Run(recording, new PipelineOutputs { Timeline = sinks });
    }

    /// <summary>Correlates and analyses a recording and holds the timeline in memory.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="maxEvents">Events to keep, from 0; each takes about half a kilobyte. Those beyond are counted only.</param>
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

    /// <summary>Holds rules against the recording, which is read once more for it: all of it counts, not only what is kept.</summary>
    /// <param name="rules">Sentences such as <c>no resets</c>; docs/expect.md has them all.</param>
    /// <returns>What became of each.</returns>
    /// <exception cref="TcpCaptureException">One is no rule.</exception>
    /// <exception cref="TcpCaptureException">The recording is gone: a session's temporary folder goes with the session.</exception>
    public IReadOnlyList<ExpectationResult> Check(params IReadOnlyList<string> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var checker = new ExpectationChecker(Info, [.. rules.Select(Expectation.Parse)]);
        Correlate(_recording, checker);
        return checker.Results;
    }

    /// <summary>As <see cref="Check"/>, and throws unless every rule holds: an assertion for whichever test framework.</summary>
    /// <param name="rules">Sentences such as <c>no resets</c>.</param>
    /// <exception cref="ExpectationFailedException">One does not hold, or cannot be told; the message shows the events.</exception>
    /// <exception cref="TcpCaptureException">One is no rule.</exception>
    /// <exception cref="TcpCaptureException">The recording is gone: a session's temporary folder goes with the session.</exception>
    public void Expect(params IReadOnlyList<string> rules)
    {
        var results = Check(rules);
        if (results.Any(r => r.Outcome != Outcome.Held)) throw new ExpectationFailedException(results);
    }
}
