using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>The last few hundred events, so that a cause can be named; what is older has its number only.</summary>
internal sealed class RecentEvents
{
    private readonly TimelineEvent[] _events = new TimelineEvent[256];

    public void Add(in TimelineEvent e) => _events[e.Number % _events.Length] = e;

    /// <summary>The event of that number; one without a kind's members if it is too old to be known.</summary>
    public TimelineEvent Find(long number)
    {
        ref readonly var found = ref _events[number % _events.Length];
        return found.Number == number ? found : new TimelineEvent { Number = number, Kind = EventKind.Finding };
    }
}
