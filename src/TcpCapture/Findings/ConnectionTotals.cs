using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>Totals of connections, in constant memory.</summary>
internal sealed class ConnectionTotals
{
    private readonly long[] _states = new long[ConnStateText.Words.Count];
    private readonly long[] _causes = new long[DiagnosisWords.Causes.Count];
    private readonly long[] _outcomes = new long[DiagnosisWords.Outcomes.Count];

    /// <summary>Connections.</summary>
    public long Connections { get; private set; }

    /// <summary>Connects that failed without a segment: they are no connections.</summary>
    public long Attempts { get; private set; }

    /// <summary>Payload bytes, without retransmissions.</summary>
    public long Bytes { get; private set; }

    /// <summary>Retransmitted segments: data, SYN or FIN.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>Connections with retransmissions.</summary>
    public long WithRetransmissions { get; private set; }

    /// <summary>SYNs retransmitted by clients.</summary>
    public long SynRetransmissions { get; private set; }

    /// <summary>Connections without an answer to their SYN: <c>conn_state</c> S0.</summary>
    public long Unanswered => _states[(int)ConnState.S0];

    /// <summary>Connections that began before the capture.</summary>
    public long BeganEarlier { get; private set; }

    /// <summary>Connections that were reset or refused.</summary>
    public long Resets => ResetsByClient + ResetsByServer;

    /// <summary>Connections reset by their client.</summary>
    public long ResetsByClient { get; private set; }

    /// <summary>Connections reset or refused by their server.</summary>
    public long ResetsByServer { get; private set; }

    /// <summary>Number of connections by <c>conn_state</c>, in descending order.</summary>
    public IReadOnlyList<KeyValuePair<ConnState, long>> ConnStates =>
        [.. Counted<ConnState>(_states).OrderByDescending(state => state.Value)
            .ThenBy(state => state.Key.ToText(), StringComparer.Ordinal)];

    /// <summary>Number of connections by cause, in descending order; none is left out.</summary>
    public IReadOnlyList<KeyValuePair<Cause, long>> Causes =>
        [.. Counted<Cause>(_causes).Where(cause => cause.Key != Cause.None).OrderByDescending(cause => cause.Value)];

    /// <summary>Number of connections by outcome, in descending order.</summary>
    public IReadOnlyList<KeyValuePair<ConnectionOutcome, long>> Outcomes =>
        [.. Counted<ConnectionOutcome>(_outcomes).OrderByDescending(outcome => outcome.Value)];

    /// <summary>Connections that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Connections that were closed, without a failure.</summary>
    public long ClosedNormally { get; private set; }

    /// <summary>Connections that were open at the end, without a failure.</summary>
    public long OpenAtEnd { get; private set; }

    /// <summary>Adds a connection that has ended or is no longer observed.</summary>
    public void Add(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.IsAttempt)
        {
            Attempts++;
            return;
        }

        var retransmissions = connection.Client.Retransmissions + connection.Server.Retransmissions;
        Connections++;
        Bytes += connection.Client.Bytes + connection.Server.Bytes;
        Retransmissions += retransmissions;
        SynRetransmissions += connection.Client.SynRetransmissions;
        if (retransmissions > 0) WithRetransmissions++;
        if (connection.BeganEarlier) BeganEarlier++;
        _states[(int)connection.ConnState]++;
        var diagnosis = connection.Diagnosis;
        _causes[(int)diagnosis.Cause]++;
        _outcomes[(int)diagnosis.Outcome]++;
        if (diagnosis.IsFailure) Failures++;
        else if (diagnosis.Cause == Cause.None && diagnosis.Outcome == ConnectionOutcome.Closed) ClosedNormally++;
        else if (diagnosis.Cause == Cause.None && diagnosis.Outcome == ConnectionOutcome.Open) OpenAtEnd++;
        if (diagnosis.ResetBy is not { } by) return;
        if (by == Side.Client) ResetsByClient++;
        else ResetsByServer++;
    }

    private static IEnumerable<KeyValuePair<T, long>> Counted<T>(long[] counts)
        where T : struct, Enum =>
        Enum.GetValues<T>().Zip(counts, KeyValuePair.Create).Where(count => count.Value > 0);
}
