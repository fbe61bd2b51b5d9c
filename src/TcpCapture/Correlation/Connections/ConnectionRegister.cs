namespace TcpCapture.Correlation.Connections;

/// <summary>Numbers connections as they begin.</summary>
/// <param name="needsSegments">Connections that need a row for each segment, by number; null: all.</param>
/// <param name="begun">Called for each connection when it has its number; null for no call.</param>
internal sealed class ConnectionRegister(Predicate<int>? needsSegments = null, Action<Connection>? begun = null) : IConnectionRegister
{
    private int _count;

    public void Enter(Connection connection)
    {
        Number(connection);
        connection.WritesSegments = needsSegments is null || needsSegments(connection.Number);
    }

    public void Number(Connection connection)
    {
        connection.Number = ++_count;
        begun?.Invoke(connection);
    }
}

/// <summary>Numbers connections in the order in which they begin.</summary>
internal interface IConnectionRegister
{
    /// <summary>Registers a connection that has begun; its number may follow later.</summary>
    void Enter(Connection connection);
}
