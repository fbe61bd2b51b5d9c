using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>
/// Passes on the events of chosen connections, within a time range, or both. Events keep their numbers and causes.
/// </summary>
/// <remarks>
/// If connections are chosen, events without a connection (such as a listener's) are left out. Findings of a connection are left out
/// only if the connection ended before the time range or began after it. Findings about the whole recording are passed on if any
/// event is.
/// </remarks>
/// <param name="sink">Receives the selected events.</param>
internal sealed class TimelineSelection(ITimelineSink sink) : ITimelineSink
{
    /// <summary>The numbers of the connections to select; empty for all.</summary>
    public IReadOnlySet<int> Connections { get; init; } = new HashSet<int>();

    /// <summary>The start of the time range, inclusive; null for the beginning.</summary>
    public Timestamp? From { get; init; }

    /// <summary>The end of the time range, inclusive; null for the end.</summary>
    public Timestamp? To { get; init; }

    /// <summary>The number of selected events, without findings.</summary>
    public long Shown { get; private set; }

    /// <summary>The number of events of other connections, without findings.</summary>
    public long HiddenOfOthers { get; private set; }

    /// <summary>The number of events without a connection that were left out because connections were chosen, without findings.</summary>
    public long HiddenOfNone { get; private set; }

    /// <summary>The number of events of chosen connections outside the time range.</summary>
    public long HiddenByTime { get; private set; }

    /// <summary>The number of connections that were not chosen; valid after all events.</summary>
    public int HiddenConnections =>
        Connections.Count == 0 ? 0 : LastConnection - Connections.Count(number => number > 0 && number <= LastConnection);

    /// <summary>The highest connection number seen; 0 for none. A timeline numbers connections from 1 without gaps.</summary>
    public int LastConnection { get; private set; }

    /// <summary>The time of the last event seen; null for none.</summary>
    public Timestamp? LastTime { get; private set; }

    /// <inheritdoc/>
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        var connection = timelineEvent.Connection;
        LastConnection = Math.Max(LastConnection, connection?.Number ?? 0);
        if (timelineEvent.Kind == EventKind.Finding)
        {
            if (connection is null ? Shown > 0 || IsAll : IsSelected(connection)) sink.OnEvent(timelineEvent, frame);
            return;
        }

        LastTime = timelineEvent.Time;
        if (!IsChosen(connection))
        {
            if (connection is null) HiddenOfNone++;
            else HiddenOfOthers++;
        }
        else if (timelineEvent.Time < From || timelineEvent.Time > To)
        {
            HiddenByTime++;
        }
        else
        {
            Shown++;
            sink.OnEvent(timelineEvent, frame);
        }
    }

    /// <inheritdoc/>
    public void OnConnectionEnded(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (IsSelected(connection)) sink.OnConnectionEnded(connection);
    }

    /// <summary>Completes the sink, unless a selection contains no event.</summary>
    /// <param name="end">The end of the recording.</param>
    public void OnCompleted(in TimelineEnd end)
    {
        if (Shown > 0 || IsAll) sink.OnCompleted(end);
    }

    private bool IsAll => Connections.Count == 0 && From is null && To is null;

    private bool IsChosen(Connection? connection) =>
        Connections.Count == 0 || (connection is not null && Connections.Contains(connection.Number));

    private bool IsSelected(Connection connection) => IsChosen(connection) && !(connection.End < From) && !(connection.Start > To);
}
