using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Diagnosis;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Findings;

/// <summary>How a connection ended, in a few words.</summary>
public static class ConnectionEnding
{
    /// <summary><c>reset by server: unread-data</c>, <c>no answer to 5 SYNs</c>, <c>closed, client first</c>.</summary>
    /// <param name="report">A connection that has ended, or will be observed no longer.</param>
    public static string Describe(ConnectionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var connection = report.Connection;
        if (connection.Reset is { } reset) return Describe(report, reset);
        if (connection.WasGivenUp) return "followed no longer: too many were open";
        return report.ConnState switch
        {
            "SF" => report.ClosedBy switch
            {
                "both" => "closed by both at once",
                "nobody" => "closed",
                _ => $"closed, {report.ClosedBy} first",
            },
            "S0" => connection.Client.Syns > 1
                ? string.Create(CultureInfo.InvariantCulture, $"no answer to {connection.Client.Syns} SYNs")
                : "no answer to the SYN",
            "OTH" when connection.BeganEarlier => connection.FirstToFinish is { } first
                ? $"began earlier; closed, {first.ToText()} first"
                : "began earlier, open at the end",
            "OTH" when connection.FirstToFinish is { } first => $"closed, {first.ToText()} first; no whole handshake",
            "OTH" => "no whole handshake",
            var state => ConnStates.Describe(state),
        };
    }

    private static string Describe(ConnectionReport report, ResetVerdict reset)
    {
        var why = reset.Cause == ResetCause.Unknown ? "" : $": {(reset.Confidence == ResetConfidence.Likely ? "likely " : "")}{reset.Cause.ToText()}";
        if (report.ConnState == "SF") return $"closed, {report.ClosedBy} first; then RST{why}";
        var connection = report.Connection;
        if (connection.Established is not null || connection.BeganEarlier) return $"reset by {reset.By.ToText()}{why}";
        return reset.By == Side.Server ? $"refused{why}" : $"given up by client{why}";
    }
}
