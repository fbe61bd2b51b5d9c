using System.Buffers.Binary;

namespace TcpCapture.Recordings.Format;

/// <summary>Reads the fields of an entry in systemd's Journal Export Format, in both forms.</summary>
internal ref struct JournalFieldReader(ReadOnlySpan<byte> entry, long offset)
{
    private ReadOnlySpan<byte> _rest = entry;

    /// <summary>Reads the next field; false after the last.</summary>
    /// <exception cref="TcpCaptureException">A field is longer than the entry.</exception>
    public bool Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        _rest = _rest.TrimStart((byte)'\n');
        name = value = default;
        if (_rest.IsEmpty || _rest[0] == 0) return false; // zeros fill the block up to its 32-bit boundary

        var lineEnd = _rest.IndexOf((byte)'\n');
        var line = lineEnd < 0 ? _rest.TrimEnd((byte)0) : _rest[..lineEnd];
        var afterLine = lineEnd < 0 ? default : _rest[(lineEnd + 1)..];
        var equals = line.IndexOf((byte)'=');
        if (equals >= 0)
        {
            name = line[..equals];
            value = line[(equals + 1)..];
            _rest = afterLine;
            return true;
        }

        if (afterLine.Length < 8) throw Damaged();
        var length = BinaryPrimitives.ReadUInt64LittleEndian(afterLine);
        afterLine = afterLine[8..];
        if (length > (ulong)afterLine.Length) throw Damaged();
        name = line;
        value = afterLine[..(int)length];
        _rest = afterLine[(int)length..];
        return true;
    }

    private readonly RecordingException Damaged() => new(
        $"The journal entry at byte {offset} is damaged: a field is longer than the entry. Use an undamaged copy.");
}
