using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Maps addresses at the second host to those at the first, for connections that a router translates (NAT).</summary>
internal sealed class AddressTranslation
{
    private readonly Dictionary<FourTuple, List<(long FromFrame, FourTuple First)>> _translated = [];

    /// <summary>True if any connection is translated.</summary>
    public bool IsUsed => Example is not null;

    /// <summary>The first translated connection, for people; null if there is none.</summary>
    public string? Example { get; private set; }

    /// <summary>Learns from a segment that both hosts captured: its addresses at each, and its frame at the second.</summary>
    public void Learn(FourTuple first, FourTuple second, long secondFrame)
    {
        if (first == second) return;
        Example ??= $"{first} at the first host is {second} at the second host";
        Learn(second, first, secondFrame, _translated);
        Learn(second.Reverse(), first.Reverse(), secondFrame, _translated);
    }

    /// <summary>The addresses at the first host; null if they are the same or unknown.</summary>
    // Ports are reused, so the answer depends on the second recording's current frame.
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
