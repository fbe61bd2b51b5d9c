using TcpCapture.Correlation;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

internal sealed record PipelineOutputs
{
    /// <summary>Receive the timeline. If there are any, one thread follows all connections of a capture, to keep the order.</summary>
    public IReadOnlyList<ITimelineSink> Timeline { get; init; } = [];

    /// <summary>Receive connections, in the order in which they end.</summary>
    public IReadOnlyList<IConnectionSink> Connections { get; init; } = [];

    /// <summary>Receives every observation of a recording, before its events.</summary>
    public IObservationSink? Observations { get; init; }

    /// <summary>Receives every marked segment of a capture.</summary>
    public IMarkSink? Marks { get; init; }

    /// <summary>True for the number of a connection that the user chose: findings describe its whole course. Null for none.</summary>
    public Predicate<int>? IsChosen { get; init; }

    /// <summary>True for the number of a connection that needs an event for every segment; null for all. Capture files only.</summary>
    public Predicate<int>? NeedsSegments { get; init; }
}
