using System.Buffers.Text;
using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Export;

/// <summary>
/// Writes CSV rows that hold numbers and words of our own only, which need no escaping: as UTF-8 into a buffer, without allocation.
/// A capture may have a million connections, and CsvHelper takes some microseconds a row; where text comes from outside, and the
/// rows are for spreadsheets first, it stays in use.
/// </summary>
/// <param name="stream">Where to write; stays open.</param>
internal sealed class NumberRows(Stream stream) : IDisposable
{
    /// <summary>No row of ours is longer.</summary>
    private const int LongestRow = 1024;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    /// <summary>A whole number.</summary>
    public NumberRows Add(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_used), out var written);
        _used += written;
        return Separate();
    }

    /// <summary>Nanoseconds in a larger unit, as a number with so many decimals that none is lost; empty for null.</summary>
    /// <param name="nanoseconds">The value.</param>
    /// <param name="decimals">6 for milliseconds, 9 for seconds, no other.</param>
    public NumberRows AddScaled(long? nanoseconds, int decimals)
    {
        if (nanoseconds is not { } value) return Separate();
        if (value < 0) _buffer[_used++] = (byte)'-';
        var (whole, rest) = Math.DivRem(value < 0 ? 0 - (ulong)value : (ulong)value, decimals == 6 ? 1_000_000UL : 1_000_000_000UL);
        Utf8Formatter.TryFormat(whole, _buffer.AsSpan(_used), out var written);
        _used += written;
        AppendFraction(rest, decimals);
        return Separate();
    }

    /// <summary>A time as <see cref="Timestamp.ToString"/> has it.</summary>
    public NumberRows Add(Timestamp time)
    {
        var seconds = time.ToDateTime();
        seconds.TryFormat(_buffer.AsSpan(_used), out var written, "s", CultureInfo.InvariantCulture);
        _used += written;
        AppendFraction((ulong)(((time.Nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000), 9);
        _buffer[_used++] = (byte)'Z';
        return Separate();
    }

    /// <summary>A number with so many decimals; empty for null.</summary>
    public NumberRows Add(double? value, int decimals)
    {
        if (value is not { } number || !double.IsFinite(number)) return Separate();
        ((decimal)number).TryFormat(_buffer.AsSpan(_used), out var written, decimals switch { 2 => "F2", 3 => "F3", _ => "F9" }, CultureInfo.InvariantCulture);
        _used += written;
        return Separate();
    }

    /// <summary>A word of ours, in ASCII, without a comma or a quote.</summary>
    public NumberRows Add(ReadOnlySpan<byte> word)
    {
        word.CopyTo(_buffer.AsSpan(_used));
        _used += word.Length;
        return Separate();
    }

    /// <summary>Nothing.</summary>
    public NumberRows AddEmpty() => Separate();

    /// <summary>Ends the row.</summary>
    public void End()
    {
        _buffer[_used - 1] = (byte)'\n'; // in place of the last comma
        if (_buffer.Length - _used < LongestRow) Flush();
    }

    /// <summary>Writes what is buffered.</summary>
    public void Dispose() => Flush();

    private void AppendFraction(ulong value, int decimals)
    {
        _buffer[_used++] = (byte)'.';
        for (var i = decimals - 1; i >= 0; i--)
        {
            _buffer[_used + i] = (byte)('0' + value % 10);
            value /= 10;
        }

        _used += decimals;
    }

    private NumberRows Separate()
    {
        _buffer[_used++] = (byte)',';
        return this;
    }

    private void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
