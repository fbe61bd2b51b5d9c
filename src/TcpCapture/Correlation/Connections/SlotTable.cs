using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// Slots by four-tuple, in either order of the ends. A hash table of its own because it is read at every segment: open
/// addressing, at most a quarter full; a removal moves later entries back, so lookups stay short.
/// </summary>
internal sealed class SlotTable
{
    private const int MinSize = 64;

    private Entry[] _entries = new Entry[MinSize];

    public int Count { get; private set; }

    public IEnumerable<ConnectionTable.Slot> Slots => _entries.Select(entry => entry.Slot).OfType<ConnectionTable.Slot>();

    public ConnectionTable.Slot? Find(ulong hash, in Endpoint one, in Endpoint other) => Find(hash, one, other, out _);

    /// <summary>The slot of a four-tuple, or null.</summary>
    /// <param name="hash">Its <see cref="FourTupleHash"/>.</param>
    /// <param name="one">One end.</param>
    /// <param name="other">The other end.</param>
    /// <param name="side">Which end of the current connection <paramref name="one"/> is; meaningless if the result is null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConnectionTable.Slot? Find(ulong hash, in Endpoint one, in Endpoint other, out Side side)
    {
        var entries = _entries;
        for (var i = (int)hash & (entries.Length - 1); ; i = (i + 1) & (entries.Length - 1))
        {
            ref readonly var entry = ref entries[i];
            if (entry.Slot is not { } slot)
            {
                side = default;
                return null;
            }

            if (entry.Hash == hash && slot.IsBetween(one, other, out side)) return slot;
        }
    }

    /// <summary>Adds a slot; its four-tuple must not be present.</summary>
    public void Add(ulong hash, ConnectionTable.Slot slot)
    {
        if (4 * ++Count > _entries.Length) Grow();
        Put(_entries, new Entry(hash, slot));
    }

    /// <summary>Removes a slot if it is present.</summary>
    public void Remove(ulong hash, ConnectionTable.Slot slot)
    {
        var mask = _entries.Length - 1;
        var hole = (int)hash & mask;
        while (_entries[hole].Slot != slot)
        {
            if (_entries[hole].Slot is null) return;
            hole = (hole + 1) & mask;
        }

        Count--;
        for (var i = (hole + 1) & mask; _entries[i].Slot is not null; i = (i + 1) & mask)
        {
            // Move an entry into the hole unless its home position lies after the hole.
            var home = (int)_entries[i].Hash & mask;
            if (((i - home) & mask) < ((i - hole) & mask)) continue;
            _entries[hole] = _entries[i];
            hole = i;
        }

        _entries[hole] = default;
    }

    public void Clear()
    {
        _entries = new Entry[MinSize];
        Count = 0;
    }

    private void Grow()
    {
        var larger = new Entry[2 * _entries.Length];
        foreach (var entry in _entries)
            if (entry.Slot is not null) Put(larger, entry);
        _entries = larger;
    }

    private static void Put(Entry[] entries, in Entry entry)
    {
        var i = (int)entry.Hash & (entries.Length - 1);
        while (entries[i].Slot is not null) i = (i + 1) & (entries.Length - 1);
        entries[i] = entry;
    }

    private readonly record struct Entry(ulong Hash, ConnectionTable.Slot? Slot);
}
