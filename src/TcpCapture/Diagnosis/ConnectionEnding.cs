using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Describes how a connection ended, in a few words.</summary>
internal static class ConnectionEnding
{
    /// <summary>For example <c>reset by server: unread-data</c>, <c>no answer to 5 SYNs</c>, <c>closed, client first</c>.</summary>
    public static string Describe(Connection connection)
    {
        if (connection.Reset is { } reset) return Describe(connection, reset);
        if (connection.WasGivenUp) return "followed no longer: too many were open";
        return connection.ConnState switch
        {
            ConnState.SF => connection.ClosedBy switch
            {
                ClosedBy.Both => "closed by both at once",
                ClosedBy.Nobody => "closed",
                _ => $"closed, {connection.ClosedBy.ToText()} first",
            },
            ConnState.S0 => connection.Client.Syns > 1
                ? string.Create(CultureInfo.InvariantCulture, $"no answer to {connection.Client.Syns} SYNs")
                : "no answer to the SYN",
            ConnState.OTH when connection.BeganEarlier => connection.FirstToFinish is { } first
                ? $"began earlier; closed, {first.ToText()} first"
                : "began earlier, open at the end",
            ConnState.OTH when connection.FirstToFinish is { } first => $"closed, {first.ToText()} first; no whole handshake",
            ConnState.OTH => "no whole handshake",
            var state => state.ToMeaning(),
        };
    }

    private static string Describe(Connection connection, ResetVerdict reset)
    {
        var likely = reset.Confidence == ResetConfidence.Likely ? "likely " : "";
        var why = reset.Cause == ResetCause.Unknown ? "" : $": {likely}{reset.Cause.ToText()}";
        if (connection.ConnState == ConnState.SF) return $"closed, {connection.ClosedBy.ToText()} first; then RST{why}";
        if (connection.Established is not null || connection.BeganEarlier) return $"reset by {reset.By.ToText()}{why}";
        return reset.By == Side.Server ? $"refused{why}" : $"given up by client{why}";
    }
}
