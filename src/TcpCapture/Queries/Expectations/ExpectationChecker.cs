using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture;

/// <summary>Checks rules against a timeline, event by event. Memory grows with the number of open connections only.</summary>
/// <example>
/// <code>
/// var recording = Recording.Open("both-close-20261123");
/// var checker = new ExpectationChecker(recording.Info, "no resets", "client closes first");
/// Timeline.Correlate(recording, checker);
/// foreach (var result in checker.Results) Console.WriteLine(result);
/// </code>
/// </example>
public sealed class ExpectationChecker : ITimelineSink
{
    private readonly RecordingInfo _info;
    private readonly Tally[] _tallies;
    private readonly Tally[] _perConnection;
    private readonly Dictionary<int, ConnectionFacts> _open = [];
    private long _connections;
    private long _unreadable;

    /// <summary>Creates a checker for one pass of a timeline.</summary>
    /// <param name="info">Facts about the recording.</param>
    /// <param name="rules">
    /// Sentences such as <c>no resets</c>, <c>client closes first</c> or <c>server passes through CLOSE_WAIT within 100 ms</c>. A
    /// rule must hold for every connection, and there must be one, unless it begins with <c>some connection:</c> or
    /// <c>connection 2:</c>.
    /// </param>
    /// <exception cref="TcpCaptureException">A rule cannot be read; the message has the place and what was expected.</exception>
    public ExpectationChecker(RecordingInfo info, params IReadOnlyList<string> rules)
        : this(info, Read(rules))
    {
    }

    internal ExpectationChecker(RecordingInfo info, IReadOnlyList<Expectation> rules)
    {
        ArgumentNullException.ThrowIfNull(info);
        _info = info;
        _tallies = [.. rules.Select(rule => new Tally(rule))];
        _perConnection = [.. _tallies.Where(t => t.Expectation.Claim is not null)];
    }

    /// <summary>Reads a rule and returns it in its canonical wording, the same for all rules of this meaning.</summary>
    /// <param name="rule">The sentence, at most 500 characters.</param>
    /// <exception cref="TcpCaptureException">It is not a rule; the message has the place, what was expected and a suggestion.</exception>
    public static string ReadRule(string rule) => Expectation.Parse(rule).ToString();

    /// <summary>Reads rules, one per line. Text after a <c>#</c> is a comment; empty lines are ignored.</summary>
    /// <param name="text">The lines, at most 1 MiB.</param>
    /// <returns>The rules in their canonical wording.</returns>
    /// <exception cref="TcpCaptureException">A line is not a rule, or the text is too long.</exception>
    public static IReadOnlyList<string> ReadRules(TextReader text) => [.. Expectation.ParseLines(text).Select(rule => rule.ToString())];

    /// <inheritdoc/>
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Finding) return;
        if (timelineEvent is { Kind: EventKind.Segment, IsReadable: false }) _unreadable++;
        if (_perConnection.Length == 0 || timelineEvent.Connection is not { } connection) return;
        FactsOf(connection).Add(timelineEvent);
    }

    /// <inheritdoc/>
    public void OnConnectionEnded(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connections++;
        if (_perConnection.Length == 0) return;
        var facts = FactsOf(connection);
        _open.Remove(connection.Number);
        facts.Complete(connection.ObservedUntil);
        foreach (var tally in _perConnection)
        {
            var (scope, claim) = (tally.Expectation.Scope, tally.Expectation.Claim!);
            if (scope.Covers(connection.Number)) tally.Add(connection.Number, facts.Name, claim.Judge(facts));
        }
    }

    /// <summary>The result of each rule, in the order of the rules; empty before the timeline is completed.</summary>
    public IReadOnlyList<ExpectationResult> Results { get; private set; } = [];

    /// <inheritdoc/>
    public void OnCompleted(in TimelineEnd end)
    {
        var missed = Incompleteness.Of(end, _unreadable, _info.Whole);
        foreach (var tally in _tallies)
            if (tally.Expectation.Connections is { } claim) tally.Add(null, $"the {_info.Whole}", claim.Judge(_connections));
        Results = [.. _tallies.Select(tally => tally.Complete(missed, $"the {_info.Whole}"))];
    }

    private static Expectation[] Read(IReadOnlyList<string> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return [.. rules.Select(Expectation.Parse)];
    }

    private ConnectionFacts FactsOf(Connection connection)
    {
        if (!_open.TryGetValue(connection.Number, out var facts))
            _open.Add(connection.Number, facts = new ConnectionFacts(connection, _info));
        return facts;
    }
}
