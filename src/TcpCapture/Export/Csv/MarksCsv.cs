using System.Text;
using TcpCapture.Correlation;
using TcpCapture.Export.Text;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>marks.csv</c>: a row per segment that Wireshark's TCP analysis marks, with tshark's names of the marks.</summary>
// In a lossy capture one segment in ten may be marked, so rows do not allocate.
internal sealed class MarksCsv : IMarkSink, IConnectionSink
{
    private readonly PlainRows _rows;
    private readonly Timestamp _start;
    private readonly Dictionary<SegmentMarks, byte[]> _names = [];

    public MarksCsv(Stream stream, Timestamp start)
    {
        _rows = new PlainRows(stream);
        _start = start;
        _rows.Add("frame,connection,side,elapsed,marks"u8).End();
    }

    public void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks) =>
        _rows.Add(frame).Add(connection.Number).Add(side == Side.Client ? "client"u8 : "server"u8)
            .AddScaled(time - _start, decimals: 9).Add(NamesOf(marks)).End();

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();

    private byte[] NamesOf(SegmentMarks marks)
    {
        if (_names.TryGetValue(marks, out var names)) return names;
        names = Encoding.ASCII.GetBytes(MarkText.Plain(marks));
        _names.Add(marks, names);
        return names;
    }
}
