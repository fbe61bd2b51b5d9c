using TcpCapture.Model;

namespace TcpCapture;

/// <summary>
/// Hands on only some events of a timeline: those of chosen connections, those within a range of time, or both. The
/// timeline itself is not changed: events keep their numbers, causes and findings.
/// </summary>
/// <remarks>
/// With chosen connections, events that belong to none (a listener's, say) are left out. A finding is about a connection as
/// a whole: a range of time leaves it out only if the connection was over before or began after. Findings about the whole
/// recording are handed on unless what was asked for is not there at all.
/// </remarks>
/// <param name="sink">Takes what is selected.</param>
public sealed class TimelineSelection(ITimelineSink sink) : ITimelineSink
{
    /// <summary>Numbers of the connections to hand on; empty for all.</summary>
    public IReadOnlySet<int> Connections { get; init; } = new HashSet<int>();

    /// <summary>The first moment to hand on; null for the beginning.</summary>
    public Timestamp? From { get; init; }

    /// <summary>The last moment to hand on; null for the end.</summary>
    public Timestamp? To { get; init; }

    /// <summary>Events handed on, findings not counted.</summary>
    public long Shown { get; private set; }

    /// <summary>Events of connections that were not chosen; findings not counted.</summary>
    public long HiddenOfOthers { get; private set; }

    /// <summary>Events of no connection that were left out because connections were chosen; findings not counted.</summary>
    public long HiddenOfNone { get; private set; }

    /// <summary>Events of what was chosen that were left out for their time.</summary>
    public long HiddenByTime { get; private set; }

    /// <summary>How many connections were not chosen, once all events have been seen.</summary>
    public int HiddenConnections => Connections.Count == 0 ? 0 : LastConnection - Connections.Count(number => number > 0 && number <= LastConnection);

    /// <summary>The highest number of a connection seen; 0 if there was none. A timeline numbers them from 1 without holes.</summary>
    public int LastConnection { get; private set; }

    /// <summary>Time of the latest event seen; null if there was none.</summary>
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

    /// <summary>Completes the sink, unless a part was selected and it has no event: the sink stays as if never used.</summary>
    /// <param name="end">How the recording ended.</param>
    public void OnCompleted(in TimelineEnd end)
    {
        if (Shown > 0 || IsAll) sink.OnCompleted(end);
    }

    private bool IsAll => Connections.Count == 0 && From is null && To is null;

    private bool IsChosen(Connection? connection) =>
        Connections.Count == 0 || (connection is not null && Connections.Contains(connection.Number));

    private bool IsSelected(Connection connection) => IsChosen(connection) && !(connection.End < From) && !(connection.Start > To);
}
