using System.Runtime.InteropServices;
using TcpCapture.Diagnosis;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What many connections come to. Memory does not grow with them.</summary>
public sealed class ConnectionTotals
{
    private readonly Dictionary<string, long> _states = new(StringComparer.Ordinal);
    private readonly long[] _causes = new long[Enum.GetValues<ResetCause>().Length];

    /// <summary>Connections.</summary>
    public long Connections { get; private set; }

    /// <summary>Payload bytes, those sent again not counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>Segments sent again: data, SYN or FIN.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>Connections that had some.</summary>
    public long WithRetransmissions { get; private set; }

    /// <summary>SYNs that clients sent again.</summary>
    public long SynRetransmissions { get; private set; }

    /// <summary>Connections whose SYN nobody answered: <c>conn_state</c> S0.</summary>
    public long Unanswered => _states.GetValueOrDefault("S0");

    /// <summary>Connections whose beginning was not captured.</summary>
    public long BeganEarlier { get; private set; }

    /// <summary>Connections that were reset or refused.</summary>
    public long Resets => ResetsByClient + ResetsByServer;

    /// <summary>Those of them that their client reset.</summary>
    public long ResetsByClient { get; private set; }

    /// <summary>Those of them that their server reset or refused.</summary>
    public long ResetsByServer { get; private set; }

    /// <summary>How many ended in which <c>conn_state</c>, the most first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ConnStates => [.. _states.OrderByDescending(state => state.Value).ThenBy(state => state.Key, StringComparer.Ordinal)];

    /// <summary>How many were reset for which cause, the most first.</summary>
    public IReadOnlyList<KeyValuePair<ResetCause, long>> ResetCauses =>
        [.. Enum.GetValues<ResetCause>().Select(cause => KeyValuePair.Create(cause, _causes[(int)cause])).Where(count => count.Value > 0).OrderByDescending(count => count.Value)];

    /// <summary>Counts a connection that has ended, or will be observed no longer.</summary>
    public void Add(ConnectionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var connection = report.Connection;
        var retransmissions = connection.Client.Retransmissions + connection.Server.Retransmissions;
        Connections++;
        Bytes += connection.Client.Bytes + connection.Server.Bytes;
        Retransmissions += retransmissions;
        SynRetransmissions += connection.Client.SynRetransmissions;
        if (retransmissions > 0) WithRetransmissions++;
        if (connection.BeganEarlier) BeganEarlier++;
        CollectionsMarshal.GetValueRefOrAddDefault(_states, report.ConnState, out _)++;
        if (connection.Reset is not { } reset) return;
        _causes[(int)reset.Cause]++;
        if (reset.By == Side.Client) ResetsByClient++;
        else ResetsByServer++;
    }
}
