using System.Text.Unicode;
using TcpCapture.Correlation;
using TcpCapture.Model;
using TcpCapture.Tracking;

namespace TcpCapture.Export;

/// <summary>
/// Writes <c>marks.csv</c>: a row a segment that Wireshark's TCP analysis marks: its frame, connection and sender, seconds since the
/// start, and the marks by tshark's names, separated by spaces.
/// </summary>
/// <remarks>
/// Of a lossy capture one segment in ten may be marked, so a row must cost little: it holds numbers and names of ours only, which
/// need no escaping, and is written as UTF-8 into a buffer.
/// </remarks>
internal sealed class MarksCsv : IMarkSink, IDisposable
{
    private const int LongestRow = 512;

    private readonly Stream _stream;
    private readonly Timestamp _start;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Dictionary<SegmentMarks, byte[]> _names = [];
    private int _used;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="start">The moment that seconds count from.</param>
    public MarksCsv(Stream stream, Timestamp start)
    {
        _stream = stream;
        _start = start;
        "frame,connection,side,elapsed,marks\n"u8.CopyTo(_buffer);
        _used = "frame,connection,side,elapsed,marks\n".Length;
    }

    public void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks)
    {
        if (_buffer.Length - _used < LongestRow) Flush();
        var room = _buffer.AsSpan(_used);
        var elapsed = time - _start;
        var (seconds, nanoseconds) = Math.DivRem(Math.Abs(elapsed), 1_000_000_000);
        Utf8.TryWrite(room, $"{frame},{connection.Number},{side.ToText()},{(elapsed < 0 ? "-" : "")}{seconds}.{nanoseconds:D9},", out var written);
        var names = NamesOf(marks);
        names.CopyTo(room[written..]);
        _used += written + names.Length;
    }

    /// <summary>Writes what is buffered.</summary>
    public void Dispose() => Flush();

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    private byte[] NamesOf(SegmentMarks marks)
    {
        if (_names.TryGetValue(marks, out var names)) return names;
        names = System.Text.Encoding.UTF8.GetBytes(MarkText.Plain(marks) + "\n");
        _names.Add(marks, names);
        return names;
    }
}
