using TcpCapture.Model;

namespace TcpCapture.Tests.Queries.Filters;

/// <summary>Ended connections, made by hand.</summary>
internal static class Connections
{
    public const long Start = 1_795_413_662_000_000_000;

    public static Connection Of(
        int number,
        ConnState connState = ConnState.SF,
        string client = "10.0.0.1:40000",
        string server = "10.0.0.2:443",
        long clientBytes = 0,
        long serverBytes = 0,
        long retransmissions = 0,
        double seconds = 1,
        double? handshakeMilliseconds = 1.5,
        string history = "ShADadFf",
        ClosedBy closedBy = ClosedBy.Client,
        (Side By, Cause Cause)? reset = null,
        int syns = 1,
        bool beganEarlier = false)
    {
        Assert.True(Endpoint.TryParse(client, out var clientAddress));
        Assert.True(Endpoint.TryParse(server, out var serverAddress));
        var start = new Timestamp(Start + number * 1_000_000L);
        var connection = new Connection(number, start, clientAddress, serverAddress)
        {
            End = new Timestamp(start.Nanoseconds + (long)(seconds * 1e9)),
            FirstSyn = beganEarlier ? null : start,
            Established = handshakeMilliseconds is { } handshake ? new Timestamp(start.Nanoseconds + (long)(handshake * 1e6)) : null,
            BeganEarlier = beganEarlier,
            ConnState = connState,
            History = history,
            Completeness = 31,
            FirstToFinish = closedBy switch
            {
                ClosedBy.Nobody => null,
                ClosedBy.Server => Side.Server,
                _ => Side.Client,
            },
            Diagnosis = reset is { } verdict
                ? new ConnectionDiagnosis
                {
                    Outcome = handshakeMilliseconds is null && !beganEarlier ? ConnectionOutcome.Refused : ConnectionOutcome.Reset,
                    Cause = verdict.Cause,
                    Confidence = Confidence.Likely,
                    ResetBy = verdict.By,
                    Event = 9,
                    Frames = [5],
                    Summary = "reset",
                    What = "So it seems.",
                }
                : connState == ConnState.S0
                    ? new ConnectionDiagnosis { Outcome = ConnectionOutcome.Unanswered, Cause = Cause.Unanswered, Summary = "no answer to the SYN" }
                    : new ConnectionDiagnosis { Outcome = ConnectionOutcome.Closed, Summary = "closed" },
        };
        connection.Client.FinCrossed = closedBy == ClosedBy.Both;
        connection.Client.Bytes = clientBytes;
        connection.Server.Bytes = serverBytes;
        connection.Client.Retransmissions = retransmissions;
        connection.Client.Syns = syns;
        connection.Client.SynRetransmissions = syns - 1;
        return connection;
    }
}
