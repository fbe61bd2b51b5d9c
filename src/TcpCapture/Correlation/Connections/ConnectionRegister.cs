namespace TcpCapture.Correlation.Connections;

/// <summary>Numbers connections at once, and decides which of them are reported segment by segment.</summary>
/// <param name="isTold">Which, by number; null: all.</param>
internal sealed class ConnectionRegister(Predicate<int>? isTold = null) : IConnectionRegister
{
    private int _count;

    public void Enter(Connection connection)
    {
        Number(connection);
        connection.IsTold = isTold is null || isTold(connection.Number);
    }

    /// <summary>Gives the next number to a connection that began some time ago.</summary>
    public void Number(Connection connection) => connection.Number = ++_count;
}

/// <summary>Numbers connections in the order in which they begin.</summary>
internal interface IConnectionRegister
{
    /// <summary>A connection has begun. Its number may come later, if other tables have to be heard first.</summary>
    void Enter(Connection connection);
}
