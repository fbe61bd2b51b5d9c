using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>Captures of transfers between network namespaces and tshark 4.0.17's marks: <c>loss.pcap</c>, <c>loss.marks</c>.</summary>
// The folder's README describes each.
public sealed class RecordedMarksTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "PeerTools", "Captures");

    public static TheoryData<string> Captures => [.. Directory.EnumerateFiles(Folder, "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory]
    [MemberData(nameof(Captures))]
    public void EverySegmentHasTsharksMarks(string name)
    {
        var expected = File.ReadLines(Path.Combine(Folder, name + ".marks")).Select(line => line.Split(' '))
            .ToDictionary(words => long.Parse(words[0], CultureInfo.InvariantCulture), words => words[1..].Aggregate(SegmentMarks.None, (marks, word) => marks | MarkOf(word)));
        Assert.NotEmpty(expected);

        var own = OwnMarks.Read(Path.Combine(Folder, name + ".pcap")).Frames.Where(frame => frame.Marks != SegmentMarks.None);

        Assert.Equal(expected.Select(pair => $"{pair.Key} {pair.Value}"), own.Select(frame => $"{frame.Frame} {frame.Marks}"));
    }

    private static SegmentMarks MarkOf(string name) => (SegmentMarks)(1 << Array.IndexOf(TsharkMarks.Names, name));
}
