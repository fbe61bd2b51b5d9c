using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>Builds an entry in systemd's Journal Export Format, one field a line. Reusable.</summary>
// A value with a control character gets a length prefix, so that a line break in it cannot start another field.
internal sealed class JournalEntry
{
    private const string TimeField = "__REALTIME_TIMESTAMP";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static readonly SearchValues<byte> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(value => value != '\t').Select(value => (byte)value), 127]);

    /// <summary>The same as characters: text without them is encoded in place.</summary>
    private static readonly SearchValues<char> ControlLetters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(value => value != '\t').Select(value => (char)value), (char)127]);

    private byte[] _buffer = new byte[1024];
    private int _used;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _used);

    /// <summary>Clears the entry and writes its time, in microseconds, at least 0.</summary>
    public JournalEntry Start(Timestamp time)
    {
        _used = 0;
        Text(TimeField);
        Byte('=');
        Number(Math.Max(time.Nanoseconds / 1000, 0));
        Byte('\n');
        return this;
    }

    /// <summary>Adds a field; a name can be used several times.</summary>
    /// <exception cref="ArgumentException">The name has other characters than A to Z, 0 to 9 and _, or is that of the time.</exception>
    public JournalEntry Field(string name, string value) => Field(name, value.AsSpan());

    public JournalEntry Field(string name, ReadOnlySpan<char> value)
    {
        if (value.ContainsAny(ControlLetters)) return Field(name, Encoding.UTF8.GetBytes(value.ToArray()));
        Begin(name);
        Byte('=');
        Text(value);
        Byte('\n');
        return this;
    }

    /// <summary>Adds a field whose value is a whole number.</summary>
    public JournalEntry Field(string name, long value)
    {
        Begin(name);
        Byte('=');
        Number(value);
        Byte('\n');
        return this;
    }

    /// <summary>Adds a field whose value is UTF-8 already.</summary>
    public JournalEntry Field(string name, ReadOnlySpan<byte> value)
    {
        Begin(name);
        if (value.ContainsAny(ControlCharacters))
        {
            Byte('\n');
            BinaryPrimitives.WriteUInt64LittleEndian(Room(8), (ulong)value.Length);
            _used += 8;
        }
        else
        {
            Byte('=');
        }

        value.CopyTo(Room(value.Length));
        _used += value.Length;
        Byte('\n');
        return this;
    }

    private void Begin(string name)
    {
        if (name.Length == 0 || name == TimeField || name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new ArgumentException($"'{name}' is not a valid name of a journal field.", nameof(name));
        if (_used == 0) throw new InvalidOperationException("A journal entry starts with its time.");
        Text(name);
    }

    private void Text(ReadOnlySpan<char> text) => _used += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    private void Number(long value)
    {
        value.TryFormat(Room(20), out var written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    private void Byte(char ascii)
    {
        Room(1)[0] = (byte)ascii;
        _used++;
    }

    private Span<byte> Room(int length)
    {
        if (length > _buffer.Length - _used) Array.Resize(ref _buffer, Math.Max(_used + length, 2 * _buffer.Length));
        return _buffer.AsSpan(_used);
    }
}
