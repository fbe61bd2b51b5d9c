using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>Closes that returned before their FIN passed: they have moved their socket already.</summary>
internal sealed class ReturnedCloses(EventWriter writer)
{
    private readonly List<(Connection Connection, ConnectionEnd End)> _waiting = [];

    /// <summary>Adds an end after a call that ends its sending was written.</summary>
    public void Add(Connection connection, ConnectionEnd end)
    {
        if (end.Closing is { Returned: not null, Name: "close" or "shutdown" or "exit" }) _waiting.Add((connection, end));
    }

    public void CatchUp(Timestamp now)
    {
        for (var i = 0; i < _waiting.Count;)
        {
            var (connection, end) = _waiting[i];
            if (end.Closing.Returned > now)
            {
                i++;
                continue;
            }

            _waiting.RemoveAt(i);
            Show(connection, end);
        }
    }

    private void Show(Connection connection, ConnectionEnd end)
    {
        if (end.FinEvent != 0 || SendsReset(end) || AfterClosing(end.State) is not { } next) return;
        var closing = end.Closing;
        writer.Change(connection, end, next, new EventWriter.Reason(closing.Returned!.Value)
        {
            CausedBy = closing.Event,
            NotBefore = closing.Time,
            NotAfter = closing.Returned,
            Note = "its FIN has not passed here yet",
        });
    }

    private static bool SendsReset(ConnectionEnd end) =>
        end.Closing.WithLingerZero || end.Closing.WithLingerUnknown
        || (end.Closing.Name is "close" or "exit" && end.BytesArrived > end.BytesRead);

    private static TcpState? AfterClosing(TcpState state) => state switch
    {
        TcpState.Established => TcpState.FinWait1,
        TcpState.CloseWait => TcpState.LastAck,
        _ => null,
    };
}
