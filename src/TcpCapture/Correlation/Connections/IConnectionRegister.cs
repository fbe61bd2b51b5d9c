namespace TcpCapture.Correlation.Connections;

/// <summary>Gives connections their numbers, in the order in which they begin.</summary>
internal interface IConnectionRegister
{
    /// <summary>A connection has begun. Its number may come later, if other tables have to be heard first.</summary>
    void Enter(Connection connection);
}
