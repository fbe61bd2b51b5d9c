using System.Text.RegularExpressions;
using TcpCapture.Export.Ladder;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Export.Ladder;

public partial class LadderTests
{
    private const string Attack = "\u001b]0;owned\u0007\u001b[2J\u009b31m\rnone";

    public static TheoryData<string, int> Sizes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var path in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings")))
                if (File.Exists(Path.Combine(path, Recording.FileName)))
                    foreach (var width in new[] { 80, 100, 160 }) data.Add(Path.GetFileName(path), width);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NoLineIsWiderThanThePage(string name, int width)
    {
        var recording = Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", name));
        Assert.All(Print(recording, new LadderOptions { Width = width }), line => Assert.InRange(line.Length, 0, width));
    }

    [Theory]
    [InlineData(0, 80)]
    [InlineData(79, 80)]
    [InlineData(5000, 160)]
    public void WidthIsLimited(int width, int expected) => Assert.Equal(
        Print(BothClose, new LadderOptions { Width = expected }), Print(BothClose, new LadderOptions { Width = width }));

    [Fact]
    public void ColoursDoNotChangeTheText()
    {
        var plain = Print(BothClose, new LadderOptions());
        var coloured = Print(BothClose, new LadderOptions { Colour = true });

        Assert.All(plain, line => Assert.DoesNotContain('\e', line));
        Assert.Contains(coloured, line => line.Contains('\e'));
        Assert.Equal(plain, coloured.Select(line => Sgr().Replace(line, "").TrimEnd()));
    }

    [Fact]
    public void ControlCharactersAreReplaced()
    {
        using var output = new StringWriter();
        var info = new RecordingInfo
        {
            Scenario = Attack,
            Host = Attack,
            System = Attack,
            Interface = Attack,
            Filter = Attack,
            StateSourceReason = Attack,
        };
        var ladder = new LadderPrinter(output, info, new LadderOptions());
        ladder.OnEvent(
            new TimelineEvent
            {
                Number = 1,
                Kind = EventKind.Call,
                Side = Side.Client,
                Call = new SocketCall
                {
                    Id = 1,
                    Socket = 1,
                    Side = Side.Client,
                    Name = Attack,
                    Arguments = Attack,
                    Begin = default,
                    End = default(Timestamp),
                    Result = -1,
                    Error = Attack,
                },
            },
            default);
        ladder.OnEvent(new TimelineEvent { Number = 2, Kind = EventKind.Finding, Note = Attack }, default);
        ladder.OnCompleted(default);

        Assert.All(output.ToString().ReplaceLineEndings("\n").Replace("\n", ""), c => Assert.False(char.IsControl(c), $"U+{(int)c:X4}"));
    }

    [Fact]
    public void NamesAndAddressesOfAnyLengthFit()
    {
        using var output = new StringWriter();
        var server = Endpoint.FromBytes([.. Enumerable.Repeat((byte)0xFE, 16)], 65535);
        var info = new RecordingInfo { Scenario = new string('s', 99), Host = new string('h', 99), Interface = new string('i', 99), Server = server };
        var ladder = new LadderPrinter(output, info, new LadderOptions { Width = 80 });
        var call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = "connect", Arguments = server.ToString(), Begin = default };
        ladder.OnEvent(new TimelineEvent { Number = 1, Kind = EventKind.Call, Side = Side.Client, Call = call }, default);
        ladder.OnEvent(new TimelineEvent { Number = 2, Kind = EventKind.Call, Side = Side.Server, Call = call with { Side = Side.Server } }, default);
        ladder.OnEvent(new TimelineEvent { Number = 3, Kind = EventKind.Segment, Frame = long.MaxValue, Note = "malformed" }, default);
        ladder.OnCompleted(default);

        Assert.All(output.ToString().Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, 80));
    }

    private static Recording BothClose =>
        Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "both-close"));

    private static string[] Print(Recording recording, LadderOptions options)
    {
        using var output = new StringWriter();
        var ladder = new LadderPrinter(output, recording.Info, options);
        Timeline.Correlate(recording, ladder);
        return output.ToString().Split(Environment.NewLine);
    }

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Sgr();
}
