using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// Remembers which four-tuples connections were seen on, also those that ended long ago, so that a SYN can be said to use
/// one again. Bounded: of more than <paramref name="most"/> the older ones are forgotten, half of them at a time.
/// </summary>
/// <param name="most">As many are remembered at least, in 16 bytes each; together with older ones at most twice as many. A power of two.</param>
internal sealed class UsedFourTuples(int most)
{
    private const int Smallest = 64;

    private ulong[] _recent = new ulong[Smallest];
    private ulong[]? _older;
    private int _count;

    /// <summary>Remembers a four-tuple.</summary>
    /// <param name="hash">Its <see cref="FourTupleHash"/>, which stands for it: two that share all 64 bits are taken for one.</param>
    /// <returns>True if it was remembered already.</returns>
    public bool Add(ulong hash)
    {
        if (hash == 0) hash = 1; // 0 is an empty place
        var place = Find(_recent, hash);
        if (_recent[place] != 0) return true;
        var isOld = _older is not null && _older[Find(_older, hash)] != 0;
        if (_count == most) Age();
        else if (2 * (_count + 1) > _recent.Length) Grow();
        _recent[Find(_recent, hash)] = hash;
        _count++;
        return isOld;
    }

    private static int Find(ulong[] places, ulong hash)
    {
        var i = (int)hash & (places.Length - 1);
        while (places[i] != 0 && places[i] != hash) i = (i + 1) & (places.Length - 1);
        return i;
    }

    private void Age()
    {
        var empty = _older ?? new ulong[_recent.Length];
        Array.Clear(empty);
        (_older, _recent) = (_recent, empty);
        _count = 0;
    }

    private void Grow()
    {
        var larger = new ulong[2 * _recent.Length];
        foreach (var hash in _recent)
            if (hash != 0) larger[Find(larger, hash)] = hash;
        _recent = larger;
    }
}
