using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Diagnosis;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>A connection of a <see cref="Timeline"/>: what is known of it when all is over.</summary>
public sealed class ObservedConnection
{
    internal ObservedConnection(ConnectionReport report, IReadOnlyList<TimelineEvent> events, IReadOnlyList<Finding> findings)
    {
        Report = report;
        Events = events;
        Findings = findings;
    }

    /// <summary>What connections.csv says of it: who closed first, Zeek's <c>conn_state</c> and <c>history</c>.</summary>
    public ConnectionReport Report { get; }

    /// <summary>Its events in causal order, as far as the timeline keeps them.</summary>
    public IReadOnlyList<TimelineEvent> Events { get; }

    /// <summary>Every finding about it.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Its number, from 1, in the order the connections began.</summary>
    public int Number => Report.Connection.Number;

    /// <summary>The end that opened it: address, counters, final state and how that is known.</summary>
    public ConnectionEnd Client => Report.Connection.Client;

    /// <summary>The other end.</summary>
    public ConnectionEnd Server => Report.Connection.Server;

    /// <summary>Who closed first; null if nobody did, or both at once (<see cref="ConnectionReport.ClosedBy"/> tells which).</summary>
    public Side? ClosedBy => Report.Connection.FinsCrossed ? null : Report.Connection.FirstToFinish;

    /// <summary>Who reset it and why; null if nobody did.</summary>
    public ResetVerdict? Reset => Report.Connection.Reset;

    /// <summary>Zeek's <c>conn_state</c>: SF for an orderly end.</summary>
    public string ConnState => Report.ConnState;

    /// <summary>From the first SYN to the handshake's last ACK; null if either was not seen. In steps of 100 ns.</summary>
    public TimeSpan? Handshake => Report.Connection is { FirstSyn: { } begin, Established: { } end } ? TimeSpan.FromTicks((end - begin) / 100) : null;

    /// <summary>An end's changes of state, in order, each with its evidence and the bounds of its time; as far as the timeline keeps them.</summary>
    /// <param name="side">Which end.</param>
    public IReadOnlyList<TimelineEvent> ChangesOf(Side side) => [.. Events.Where(e => e.Kind == EventKind.State && e.Side == side)];

    /// <summary>The states an end entered, in order: SYN_SENT, ESTABLISHED …</summary>
    /// <param name="side">Which end.</param>
    public IReadOnlyList<TcpState> StatesOf(Side side) => [.. ChangesOf(side).Select(e => e.NewState)];
}
