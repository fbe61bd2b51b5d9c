
namespace TcpCapture.Findings;

/// <summary>Receives connections but no single events, so the connections of a capture can be followed on several threads.</summary>
internal interface IConnectionSink
{
    /// <summary>Receives one SYN of a connection that has ended, before the connection.</summary>
    void OnSyn(SynAttempt attempt)
    {
    }

    /// <summary>Receives a connection that has ended.</summary>
    void OnConnectionEnded(Connection connection)
    {
    }

    /// <summary>Marks the end, as <see cref="ITimelineSink.OnCompleted"/> does.</summary>
    void OnCompleted(in TimelineEnd end)
    {
    }
}
