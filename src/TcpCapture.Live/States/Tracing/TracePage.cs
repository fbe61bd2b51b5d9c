using System.Runtime.InteropServices;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Reads the records in one page of the kernel's trace ring buffer, in the format of <c>trace_pipe_raw</c>.</summary>
/// <remarks>
/// A page has a 64-bit time stamp, a word with the length of its events, and the events. Each event begins with 32 bits:
/// 5 bits of type or length, 27 bits of nanoseconds since the event before. Longer times are events of their own: type 30 adds
/// to the time, type 31 is absolute but lacks the top five bits, which a clock that counts from 1970 needs. Numbers have the
/// machine's byte order. A length that exceeds the page ends the reading and sets <see cref="IsDamaged"/>.
/// </remarks>
internal ref struct TracePage
{
    private const int HeaderLength = 4;
    private const int TypePadding = 29;
    private const int TypeTimeExtend = 30;
    private const int TypeTimeStamp = 31;
    private const int DeltaBits = 27;
    private const uint DeltaMask = (1u << DeltaBits) - 1;
    private const ulong LengthMask = 0xfffff;
    private const ulong MissedEvents = 1ul << 31;
    private const ulong MissedStored = 1ul << 30;
    private const ulong AbsoluteMask = (1ul << 59) - 1;

    private ReadOnlySpan<byte> _rest;
    private ulong _time;

    public TracePage(ReadOnlySpan<byte> page, int dataOffset)
    {
        if (dataOffset < 2 * sizeof(ulong) || page.Length < dataOffset)
        {
            IsDamaged = true;
            return;
        }

        _time = MemoryMarshal.Read<ulong>(page);
        var commit = MemoryMarshal.Read<ulong>(page[sizeof(ulong)..]);
        var length = (int)(commit & LengthMask);
        var data = page[dataOffset..];
        if (length > data.Length)
        {
            IsDamaged = true;
            length = data.Length;
        }

        _rest = data[..length];
        if ((commit & MissedEvents) == 0) return;
        // The count follows the events if the page has room for it.
        Lost = (commit & MissedStored) != 0 && data.Length - length >= sizeof(long)
            ? Math.Max(1, MemoryMarshal.Read<long>(data[length..])) : 1;
    }

    /// <summary>Events lost before the first event of this page; 1 if the number is unknown.</summary>
    public long Lost { get; }

    /// <summary>True if an invalid length made the rest of the page unreadable.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>The time of the current record on the trace's clock, in nanoseconds.</summary>
    public readonly ulong Time => _time;
    public ReadOnlySpan<byte> Record { get; private set; }

    public bool Next()
    {
        while (_rest.Length >= HeaderLength)
        {
            var header = MemoryMarshal.Read<uint>(_rest);
            // The two parts are bit fields, so their position depends on the byte order.
            var type = (int)(BitConverter.IsLittleEndian ? header & 31 : header >> DeltaBits);
            var delta = BitConverter.IsLittleEndian ? header >> 5 : header & DeltaMask;
            _rest = _rest[HeaderLength..];
            if (type is > 0 and < TypePadding)
            {
                _time += delta;
                return Take(type * 4);
            }

            if (type == TypePadding && delta == 0) break; // nothing follows
            if (_rest.Length < sizeof(uint)) return Damaged();
            var word = MemoryMarshal.Read<uint>(_rest);
            switch (type)
            {
                case 0:
                    if (word < sizeof(uint)) return Damaged();
                    _time += delta;
                    _rest = _rest[sizeof(uint)..];
                    return Take((long)word - sizeof(uint));
                case TypePadding:
                    // A discarded record. A delta of 1 means no time passed.
                    if (delta != 1) _time += delta;
                    if (word > (uint)_rest.Length) return Damaged();
                    _rest = _rest[(int)word..];
                    break;
                case TypeTimeExtend:
                    _time += ((ulong)word << DeltaBits) + delta;
                    _rest = _rest[sizeof(uint)..];
                    break;
                default:
                    _time = Absolute(((ulong)word << DeltaBits) + delta);
                    _rest = _rest[sizeof(uint)..];
                    break;
            }
        }

        Record = default;
        _rest = default;
        return false;
    }

    private readonly ulong Absolute(ulong stamp)
    {
        stamp = (stamp & AbsoluteMask) | (_time & ~AbsoluteMask);
        return stamp < _time && (_time & ~AbsoluteMask) != 0 ? stamp + AbsoluteMask + 1 : stamp;
    }

    private bool Take(long length)
    {
        if (length > _rest.Length) return Damaged();
        Record = _rest[..(int)length];
        // Events are aligned to four bytes.
        _rest = _rest[(int)Math.Min(_rest.Length, (length + 3) & ~3L)..];
        return true;
    }

    private bool Damaged()
    {
        IsDamaged = true;
        Record = default;
        _rest = default;
        return false;
    }
}
