using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>Detects port reuse: remembers at least the last <paramref name="max"/> four-tuples, a power of two.</summary>
internal sealed class UsedFourTuples(int max)
{
    private const int MinSize = 64;

    private ulong[] _recent = new ulong[MinSize];
    private ulong[]? _older;
    private int _count;

    /// <summary>Adds a four-tuple by its <see cref="FourTupleHash"/>; true if it, or one of the same hash, was present.</summary>
    public bool Add(ulong hash)
    {
        if (hash == 0) hash = 1; // 0 marks a free place
        var place = Find(_recent, hash);
        if (_recent[place] != 0) return true;
        var isOld = _older is not null && _older[Find(_older, hash)] != 0;
        if (_count == max) Age();
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
