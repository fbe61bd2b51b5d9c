using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary>
/// Builds an entry in systemd's Journal Export Format: a field a line. A value with a control character, a line break
/// above all, is written in the format's length-prefixed form, so that no value can make up fields of its own.
/// Meant to be started anew and used again.
/// </summary>
internal sealed class JournalEntry
{
    private const string TimeField = "__REALTIME_TIMESTAMP";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static readonly SearchValues<byte> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(value => value != '\t').Select(value => (byte)value), 127]);

    /// <summary>The same as characters, all of one byte in UTF-8, so that most text can be encoded where it belongs at once.</summary>
    private static readonly SearchValues<char> ControlLetters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(value => value != '\t').Select(value => (char)value), (char)127]);

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>The entry so far.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    /// <summary>Empties the entry and writes its time, in whole microseconds as the format wants it, never before 1970.</summary>
    public JournalEntry Start(Timestamp time)
    {
        _buffer.ResetWrittenCount();
        Text($"{TimeField}={Math.Max(time.Nanoseconds / 1000, 0).ToString(CultureInfo.InvariantCulture)}\n");
        return this;
    }

    /// <summary>Adds a field; a name may come several times.</summary>
    /// <exception cref="ArgumentException">The name has other characters than A to Z, 0 to 9 and _, or is the time's.</exception>
    public JournalEntry Field(string name, string value) => Field(name, value.AsSpan());

    /// <inheritdoc cref="Field(string, string)"/>
    public JournalEntry Field(string name, ReadOnlySpan<char> value)
    {
        if (value.ContainsAny(ControlLetters)) return Field(name, Encoding.UTF8.GetBytes(value.ToArray()));
        Begin(name);
        Text("=");
        Text(value);
        Text("\n");
        return this;
    }

    /// <summary>Adds a field whose value is a whole number.</summary>
    /// <exception cref="ArgumentException">The name has other characters than A to Z, 0 to 9 and _, or is the time's.</exception>
    public JournalEntry Field(string name, long value)
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return Field(name, digits[..length]);
    }

    /// <summary>Adds a field whose value is UTF-8 already.</summary>
    /// <exception cref="ArgumentException">The name has other characters than A to Z, 0 to 9 and _, or is the time's.</exception>
    public JournalEntry Field(string name, ReadOnlySpan<byte> value)
    {
        Begin(name);
        if (value.ContainsAny(ControlCharacters))
        {
            Text("\n");
            BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), (ulong)value.Length);
            _buffer.Advance(8);
        }
        else
        {
            Text("=");
        }

        _buffer.Write(value);
        Text("\n");
        return this;
    }

    private void Begin(string name)
    {
        if (name.Length == 0 || name == TimeField || name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new ArgumentException($"'{name}' is no name for a journal field.", nameof(name));
        if (_buffer.WrittenCount == 0) throw new InvalidOperationException("A journal entry starts with its time.");
        Text(name);
    }

    private void Text(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _buffer);
}
