using System.Globalization;

namespace TcpCapture.Export.PcapNg;

/// <summary>Builds text in a reused buffer, so that a row does not allocate.</summary>
internal sealed class RowText
{
    private char[] _buffer = new char[256];
    private int _used;

    public ReadOnlySpan<char> Text => _buffer.AsSpan(0, _used);

    public RowText Clear()
    {
        _used = 0;
        return this;
    }

    public RowText Add(ReadOnlySpan<char> text)
    {
        if (text.Length > _buffer.Length - _used) Grow(text.Length);
        text.CopyTo(_buffer.AsSpan(_used));
        _used += text.Length;
        return this;
    }

    public RowText Add(long number)
    {
        int written;
        while (!number.TryFormat(_buffer.AsSpan(_used), out written, default, CultureInfo.InvariantCulture)) Grow(32);
        _used += written;
        return this;
    }

    /// <summary>Adds seconds with one or two decimals: 60.0 s, 0.04 s.</summary>
    public RowText AddSeconds(long nanoseconds)
    {
        var seconds = nanoseconds / 1e9;
        int written;
        while (!seconds.TryFormat(_buffer.AsSpan(_used), out written, seconds < 1 ? "0.00" : "0.0", CultureInfo.InvariantCulture)) Grow(32);
        _used += written;
        return Add(" s");
    }

    private void Grow(int room) => Array.Resize(ref _buffer, Math.Max(_used + room, 2 * _buffer.Length));
}
