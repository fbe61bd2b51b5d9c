using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>
/// Writes CSV rows that hold numbers and words of our own, which need no escaping: as UTF-8 into a buffer, without allocation. A
/// capture may have a million connections, and CsvHelper takes some microseconds a row. Text that may come from outside goes
/// through CsvHelper all the same, unless there is nothing in it that could want escaping.
/// </summary>
/// <param name="stream">Where to write; stays open.</param>
internal sealed class PlainRows(Stream stream)
{
    /// <summary>What is in a row beside text from outside is never longer.</summary>
    private const int LongestRow = 1024;

    /// <summary>Text of these alone is the same in every CSV, unless a sign or a space stands first.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .:()[]_/-");

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    /// <summary>A whole number.</summary>
    public PlainRows Add(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_used), out var written);
        _used += written;
        return Separate();
    }

    /// <summary>Nanoseconds in a larger unit, as a number with so many decimals that none is lost; empty for null.</summary>
    /// <param name="nanoseconds">The value.</param>
    /// <param name="decimals">6 for milliseconds, 9 for seconds, no other.</param>
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

    /// <summary>A time as <see cref="Timestamp.ToString"/> has it.</summary>
    public PlainRows Add(Timestamp time)
    {
        var seconds = time.ToDateTime();
        seconds.TryFormat(_buffer.AsSpan(_used), out var written, "s", CultureInfo.InvariantCulture);
        _used += written;
        AppendFraction((ulong)(((time.Nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000), 1_000_000_000);
        _buffer[_used++] = (byte)'Z';
        return Separate();
    }

    /// <summary>A number with so many decimals; empty for null.</summary>
    public PlainRows Add(double? value, int decimals)
    {
        if (value is not { } number || !double.IsFinite(number)) return Separate();
        ((decimal)number).TryFormat(_buffer.AsSpan(_used), out var written, decimals switch { 2 => "F2", 3 => "F3", _ => "F9" }, CultureInfo.InvariantCulture);
        _used += written;
        return Separate();
    }

    /// <summary>An address and a port, as <see cref="Endpoint.ToString"/> has them.</summary>
    public PlainRows Add(in Endpoint endpoint)
    {
        _used += endpoint.Format(_buffer.AsSpan(_used));
        return Separate();
    }

    /// <summary>A word of ours, in ASCII, without a comma or a quote.</summary>
    public PlainRows Add(ReadOnlySpan<byte> word)
    {
        word.CopyTo(_buffer.AsSpan(_used));
        _used += word.Length;
        return Separate();
    }

    /// <summary>The same as a string.</summary>
    public PlainRows AddWord(string word)
    {
        Ascii.FromUtf16(word, _buffer.AsSpan(_used), out var written);
        _used += written;
        return Separate();
    }

    /// <summary>Text that may come from outside, of any length.</summary>
    public PlainRows AddText(string text)
    {
        if (text.Length == 0) return Separate();
        var isPlain = !text.AsSpan().ContainsAnyExcept(Plain) && text[0] is not ('-' or ' ') && text[^1] != ' ';
        if (isPlain && text.Length < LongestRow)
        {
            Reserve(text.Length);
            return AddWord(text);
        }

        var field = CsvFields.Escape(text);
        Reserve(field.Length);
        if (field.Length < LongestRow) return Add(field);
        Flush();
        stream.Write(field);
        return Separate();
    }

    /// <summary>Nothing.</summary>
    public PlainRows AddEmpty() => Separate();

    /// <summary>Ends the row.</summary>
    public void End()
    {
        _buffer[_used - 1] = (byte)'\n'; // in place of the last comma
        Reserve(0);
    }

    /// <summary>The digits behind the point: written with a one before them, which the point then takes the place of.</summary>
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

    /// <summary>Makes room for so many bytes, and for a row beside them.</summary>
    private void Reserve(int length)
    {
        if (_buffer.Length - _used < length + LongestRow) Flush();
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
