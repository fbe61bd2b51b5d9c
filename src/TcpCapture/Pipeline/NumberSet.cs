namespace TcpCapture.Pipeline;

/// <summary>A set of connection numbers, one bit each: ten million take about a megabyte.</summary>
internal sealed class NumberSet
{
    private ulong[] _bits = new ulong[16];

    public long Count { get; private set; }

    /// <summary>Adds a number from 0 that is not in the set; memory grows with the largest number.</summary>
    public void Add(int number)
    {
        if (number >> 6 >= _bits.Length) Array.Resize(ref _bits, Math.Max(_bits.Length * 2, (number >> 6) + 1));
        _bits[number >> 6] |= 1UL << number;
        Count++;
    }

    public bool Contains(int number) => number >> 6 < _bits.Length && (_bits[number >> 6] & (1UL << number)) != 0;
}
