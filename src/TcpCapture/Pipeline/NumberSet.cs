namespace TcpCapture.Pipeline;

/// <summary>Numbers of connections, a bit each: ten million are a megabyte.</summary>
internal sealed class NumberSet
{
    private ulong[] _bits = new ulong[16];

    /// <summary>How many were added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a number that is not in it yet.</summary>
    /// <param name="number">From 0; memory follows the greatest.</param>
    public void Add(int number)
    {
        if (number >> 6 >= _bits.Length) Array.Resize(ref _bits, Math.Max(_bits.Length * 2, (number >> 6) + 1));
        _bits[number >> 6] |= 1UL << number;
        Count++;
    }

    public bool Contains(int number) => number >> 6 < _bits.Length && (_bits[number >> 6] & (1UL << number)) != 0;
}
