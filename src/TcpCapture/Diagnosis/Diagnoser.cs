using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>
/// Finds out what went wrong with each connection. The first rule that applies decides; the special come before the general.
/// </summary>
internal sealed class Diagnoser
{
    /// <summary>The other connections.</summary>
    public Neighbours Neighbours { get; } = new();

    /// <summary>Diagnoses a connection that has ended or is no longer observed.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="until">The latest time observed.</param>
    public void Diagnose(Connection connection, Timestamp until)
    {
        if (connection is { IsPlain: true, WasGivenUp: false, Icmp: null, Untranslated: null }
            && connection.Client.Address != connection.Server.Address)
        {
            connection.Diagnosis = Normal(connection);
            Neighbours.End(connection);
            return;
        }

        if (!connection.HasTimes)
        {
            connection.Diagnosis = Normal(connection);
            return;
        }

        Neighbours.LinkUntranslated(connection);
        var @case = new Case(connection, Neighbours, until);
        var diagnosis = OpeningRules.Judge(@case) ?? ResetRules.Judge(@case) ?? SilenceRules.Judge(@case) ?? Normal(connection);
        diagnosis = ArrivalRules.With(@case, CallRules.WithError(@case, diagnosis));
        if (diagnosis.Summary.Length == 0) diagnosis = diagnosis with { Summary = Summarize(@case, diagnosis) };
        if (Remarks.Of(@case, diagnosis.Cause) is { Count: > 0 } remarks) diagnosis = diagnosis with { Remarks = remarks };
        connection.Diagnosis = connection.WasGivenUp && diagnosis.Cause == Cause.None
            ? diagnosis with { Summary = "followed no longer: too many were open" } : diagnosis;
        Neighbours.End(connection);
    }

    private static string Summarize(in Case @case, ConnectionDiagnosis diagnosis)
    {
        var likely = diagnosis.Confidence == Confidence.Certain ? "" : diagnosis.Confidence.ToText() + " ";
        var why = diagnosis.Cause == Cause.Unknown ? "" : $": {likely}{diagnosis.Cause.ToText()}";
        return diagnosis.Outcome switch
        {
            ConnectionOutcome.Reset => $"reset by {(diagnosis.ResetBy ?? Side.Server).ToText()}{why}",
            ConnectionOutcome.Refused => $"refused{why}",
            _ => $"{diagnosis.Outcome.ToText()}{why}",
        };
    }

    private static ConnectionDiagnosis Normal(Connection connection)
    {
        if (connection.Client.FinEvent != 0 && connection.Server.FinEvent != 0 || connection.ConnState == ConnState.SF)
            return connection.ClosedBy switch
            {
                ClosedBy.Both => s_closedByBoth,
                ClosedBy.Client => connection.BeganEarlier ? s_earlierByClient : s_closedByClient,
                ClosedBy.Server => connection.BeganEarlier ? s_earlierByServer : s_closedByServer,
                _ => s_closed,
            };
        if (connection.FirstToFinish is { } first)
        {
            var isGone = connection[first].State == TcpState.Closed && connection[first.Peer()].State == TcpState.Closed;
            return new ConnectionDiagnosis
            {
                Outcome = isGone || connection.Unheard is not null ? ConnectionOutcome.Closed : ConnectionOutcome.Open,
                Summary = connection.Unheard is not null ? $"closed by {first.ToText()}; the other end was not captured"
                    : $"half-closed by {first.ToText()}",
            };
        }

        if (connection is { BeganEarlier: true, IsSettled: true } && (connection.Client.IsKnown || connection.Server.IsKnown))
            return s_earlierClosed; // its socket was found in TIME_WAIT, or has gone
        if (connection.BeganEarlier) return s_earlierOpen;
        return connection.Established is not null ? s_open : s_opening;
    }

    private static readonly ConnectionDiagnosis s_closed = Ended("closed");
    private static readonly ConnectionDiagnosis s_closedByBoth = Ended("closed by both at once");
    private static readonly ConnectionDiagnosis s_closedByClient = Ended("closed, client first");
    private static readonly ConnectionDiagnosis s_closedByServer = Ended("closed, server first");
    private static readonly ConnectionDiagnosis s_earlierClosed = Ended("closed before the recording");
    private static readonly ConnectionDiagnosis s_earlierByClient = Ended("began earlier; closed, client first");
    private static readonly ConnectionDiagnosis s_earlierByServer = Ended("began earlier; closed, server first");
    private static readonly ConnectionDiagnosis s_open = new() { Outcome = ConnectionOutcome.Open, Summary = "open at the end" };
    private static readonly ConnectionDiagnosis s_opening = new() { Outcome = ConnectionOutcome.Open, Summary = "no whole handshake" };
    private static readonly ConnectionDiagnosis s_earlierOpen = new()
    {
        Outcome = ConnectionOutcome.Open,
        Summary = "began earlier, open at the end"
    };

    private static ConnectionDiagnosis Ended(string summary) => new() { Outcome = ConnectionOutcome.Closed, Summary = summary };
}
