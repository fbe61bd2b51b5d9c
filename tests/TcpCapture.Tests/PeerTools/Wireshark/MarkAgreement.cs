using System.Globalization;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>Counts equal and different marks of ours and tshark's, mark by mark.</summary>
internal sealed class MarkAgreement
{
    private readonly int[] _both = new int[TsharkMarks.Names.Length];
    private readonly int[] _own = new int[TsharkMarks.Names.Length];
    private readonly int[] _theirs = new int[TsharkMarks.Names.Length];

    /// <summary>Segments that either marked.</summary>
    public int Flagged { get; private set; }

    /// <summary>Segments with equal marks.</summary>
    public int Same { get; private set; }

    /// <summary>Segments that both found.</summary>
    public int Segments { get; private set; }

    /// <summary>Connections that tshark divides into streams differently.</summary>
    public int Divided { get; private set; }

    /// <summary>The segments marked differently, in words.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Equally marked segments, in percent of the marked ones.</summary>
    public double Percent => Flagged == 0 ? 100 : 100.0 * Same / Flagged;

    /// <summary>Compares the marks of one capture.</summary>
    public void Add(string name, IEnumerable<MarkedFrame> own, IEnumerable<MarkedFrame> theirs)
    {
        var ours = own.ToDictionary(frame => frame.Frame);
        var streams = new HashSet<(long, long)>();
        foreach (var frame in theirs)
        {
            if (!ours.TryGetValue(frame.Frame, out var mine)) continue; // no segment to our decoder
            Segments++;
            streams.Add((mine.Stream, frame.Stream));
            Count(mine.Marks, frame.Marks);
            if (mine.Marks != frame.Marks)
                Differences.Add($"{name} frame {frame.Frame} (stream {frame.Stream}): ours {mine.Marks}, tshark {frame.Marks}");
        }

        Divided += streams.Count - Math.Min(streams.DistinctBy(pair => pair.Item1).Count(), streams.DistinctBy(pair => pair.Item2).Count());
    }

    /// <summary>The table: one row for each mark.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{"mark",-24}{"ours",8}{"tshark",8}{"both",8}\n");
        for (var i = 0; i < _both.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{TsharkMarks.Names[i],-24}{_own[i],8}{_theirs[i],8}{_both[i],8}\n");
        return text.Append(CultureInfo.InvariantCulture,
            $"{Same} of {Flagged} flagged segments alike ({Percent:F3} %), of {Segments} in all; {Divided} connections divided differently\n").ToString();
    }

    private void Count(SegmentMarks own, SegmentMarks theirs)
    {
        if ((own | theirs) != 0) Flagged++;
        if (own == theirs && own != 0) Same++;
        for (var i = 0; i < _both.Length; i++)
        {
            var mark = (SegmentMarks)(1 << i);
            if ((own & mark) != 0) _own[i]++;
            if ((theirs & mark) != 0) _theirs[i]++;
            if ((own & theirs & mark) != 0) _both[i]++;
        }
    }
}
