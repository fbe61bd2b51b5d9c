using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// The connections whose addresses differ between the hosts, since a router translates them (NAT): from what the second host
/// sees to what the first does.
/// </summary>
internal sealed class AddressTranslation
{
    private readonly Dictionary<FourTuple, List<(long FromFrame, FourTuple First)>> _translated = [];

    /// <summary>True if any connection was translated.</summary>
    public bool IsUsed => Example is not null;

    /// <summary>The first translated connection in words; null if there is none.</summary>
    public string? Example { get; private set; }

    /// <summary>Learns from a segment that both saw.</summary>
    /// <param name="first">Its addresses at the first host.</param>
    /// <param name="second">Its addresses at the second host.</param>
    /// <param name="secondFrame">Its frame there.</param>
    public void Learn(FourTuple first, FourTuple second, long secondFrame)
    {
        if (first == second) return;
        Example ??= $"what is {first} at the first host is {second} at the second";
        Learn(second, first, secondFrame, _translated);
        Learn(second.Reverse(), first.Reverse(), secondFrame, _translated);
    }

    /// <summary>What the first host sees where the second sees <paramref name="second"/>; null if that is the same, or not known.</summary>
    /// <param name="second">The addresses at the second host.</param>
    /// <param name="secondFrame">How far its recording has come: ports are used again.</param>
    public FourTuple? Find(FourTuple second, long secondFrame)
    {
        if (!_translated.TryGetValue(second, out var known)) return null;
        var found = known[0].First;
        foreach (var (fromFrame, first) in known)
            if (fromFrame <= secondFrame) found = first;
        return found;
    }

    private static void Learn(
        FourTuple from, FourTuple to, long frame, Dictionary<FourTuple, List<(long FromFrame, FourTuple First)>> translated)
    {
        if (!translated.TryGetValue(from, out var known)) translated.Add(from, known = []);
        if (known.Count == 0 || known[^1].First != to) known.Add((frame, to));
    }
}
