using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>Writes CSV rows as UTF-8 without allocation. The stream stays open.</summary>
// A capture may have a million connections, and CsvHelper takes microseconds per row. Numbers and our own words need no
// escaping; untrusted text is escaped by CsvHelper unless it has only harmless characters.
internal sealed class PlainRows(Stream stream)
{
    private const int MaxRowLength = 1024; // the maximum length of a row without its untrusted text

    /// <summary>Characters that need no escaping, unless a sign or a space comes first.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .:()[]_/-");

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    public PlainRows Add(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_used), out var written);
        _used += written;
        return Separate();
    }

    /// <summary>Adds nanoseconds as exact milliseconds (6 decimals) or seconds (9 decimals); empty for null.</summary>
    public PlainRows AddScaled(long? nanoseconds, int decimals)
    {
        if (nanoseconds is not { } value) return Separate();
        if (value < 0) _buffer[_used++] = (byte)'-';
        var unit = decimals == 6 ? 1_000_000UL : 1_000_000_000UL;
        var (whole, rest) = Math.DivRem(value < 0 ? 0 - (ulong)value : (ulong)value, unit);
        Utf8Formatter.TryFormat(whole, _buffer.AsSpan(_used), out var written);
        _used += written;
        AppendFraction(rest, unit);
        return Separate();
    }

    /// <summary>Adds a time in the format of <see cref="Timestamp.ToString"/>; empty for null.</summary>
    public PlainRows Add(Timestamp? value)
    {
        if (value is not { } time) return Separate();
        var seconds = time.ToDateTime();
        seconds.TryFormat(_buffer.AsSpan(_used), out var written, "s", CultureInfo.InvariantCulture);
        _used += written;
        AppendFraction((ulong)(((time.Nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000), 1_000_000_000);
        _buffer[_used++] = (byte)'Z';
        return Separate();
    }

    /// <summary>Adds a number with 2, 3 or 9 decimals; empty for null.</summary>
    public PlainRows Add(double? value, int decimals)
    {
        if (value is not { } number || !double.IsFinite(number)) return Separate();
        var format = decimals switch { 2 => "F2", 3 => "F3", _ => "F9" };
        ((decimal)number).TryFormat(_buffer.AsSpan(_used), out var written, format, CultureInfo.InvariantCulture);
        _used += written;
        return Separate();
    }

    public PlainRows Add(in Endpoint endpoint)
    {
        _used += endpoint.Format(_buffer.AsSpan(_used));
        return Separate();
    }

    /// <summary>Adds an ASCII word of our own, without commas or quotes.</summary>
    public PlainRows Add(ReadOnlySpan<byte> word)
    {
        word.CopyTo(_buffer.AsSpan(_used));
        _used += word.Length;
        return Separate();
    }

    /// <summary>Adds an ASCII word of our own, without commas or quotes.</summary>
    public PlainRows AddWord(string word)
    {
        Ascii.FromUtf16(word, _buffer.AsSpan(_used), out var written);
        _used += written;
        return Separate();
    }

    /// <summary>Adds untrusted text of any length.</summary>
    public PlainRows AddText(string text)
    {
        if (text.Length == 0) return Separate();
        var isPlain = !text.AsSpan().ContainsAnyExcept(Plain) && text[0] is not ('-' or ' ') && text[^1] != ' ';
        if (isPlain && text.Length < MaxRowLength)
        {
            Reserve(text.Length);
            return AddWord(text);
        }

        var field = CsvFields.Escape(text);
        Reserve(field.Length);
        if (field.Length < MaxRowLength) return Add(field);
        Flush();
        stream.Write(field);
        return Separate();
    }

    public PlainRows AddEmpty() => Separate();

    public void End()
    {
        _buffer[_used - 1] = (byte)'\n'; // replaces the last comma
        Reserve(0);
    }

    /// <summary>Appends the decimals with leading zeros: writes them after a one, then replaces the one by the point.</summary>
    private void AppendFraction(ulong value, ulong unit)
    {
        Utf8Formatter.TryFormat(unit + value, _buffer.AsSpan(_used), out var written);
        _buffer[_used] = (byte)'.';
        _used += written;
    }

    private PlainRows Separate()
    {
        _buffer[_used++] = (byte)',';
        return this;
    }

    /// <summary>Ensures room for so many bytes and a row.</summary>
    private void Reserve(int length)
    {
        if (_buffer.Length - _used < length + MaxRowLength) Flush();
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
