using System.Text.RegularExpressions;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A recording can be printed again, by this and other programs, in the form that its reader needs.</summary>
[Collection(CommandCollection.Name)]
public sealed partial class ShowTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("both-close")]
    [InlineData("refused")]
    [InlineData("listener-close")]
    [InlineData("unreachable")]
    public void ShowPrintsWhatRunPrinted(string scenario)
    {
        var run = Run(scenario, "--duration", "500ms");
        var (ladder, outcome) = AtLastBlankLine(run.Output);
        Assert.Matches("closed normally|open at the end|failed", outcome);
        Assert.EndsWith($"Files in {_folder.Output}: timeline.csv, connections.csv, syn-retransmits.csv, capture.pcap, timeline.pcapng, report.html\n", run.Output);
        Assert.Equal(ladder, Command.Run("show", _folder.Output).Succeeded().Output);

        // The file alone, in another folder, is the complete recording.
        var copy = Path.Combine(_folder.Path, "elsewhere.pcapng");
        File.Copy(_folder.In("timeline.pcapng"), copy);
        Assert.Equal(ladder, Command.Run("show", copy).Succeeded().Output);
    }

    [Fact]
    public void OtherProgramsReadTheRecording()
    {
        Run("both-close");
        var frames = SegmentsOracle.Read(_folder.In("capture.pcap"), "frame.time_epoch", "frame.len", "ip.src", "tcp.seq_raw", "tcp.flags", "tcp.payload");
        Assert.Equal(21, frames.Length);
        // Journal entries are rows of the recording, but not TCP frames.
        Assert.Equal(frames, SegmentsOracle.Read(_folder.In("timeline.pcapng"), "frame.time_epoch", "frame.len", "ip.src", "tcp.seq_raw", "tcp.flags", "tcp.payload")
            .Where(line => line.Contains("127.0.0.1", StringComparison.Ordinal)));

        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump"), "needs tcpdump, the oracle");
        var fromCapture = Command.RunProgram(["tcpdump", "-nn", "-tt", "--nano", "-r", _folder.In("capture.pcap")]);
        var fromRecording = Command.RunProgram(["tcpdump", "-nn", "-tt", "--nano", "-r", _folder.In("timeline.pcapng")]);
        Assert.True(fromCapture.ExitCode == 0 && fromRecording.ExitCode == 0, $"{fromCapture}\n{fromRecording}");
        Assert.Equal(21, fromCapture.OutputLines.Length);
        Assert.Equal(fromCapture.Output, fromRecording.Output);
    }

    [Fact]
    public void ColoursAreUsedOnTerminalsUnlessDisabled()
    {
        Run("refused");
        var plain = Command.Run("show", _folder.Output).Succeeded().Output;
        Assert.DoesNotContain('\e', plain);
        var inColour = OnTerminal();
        Assert.Contains("\e[31m", inColour); // the RST is red
        Assert.Equal(Words(plain), Words(inColour));
        Assert.DoesNotMatch(Colour(), OnTerminal(("NO_COLOR", "1")));
        Assert.DoesNotMatch(Colour(), OnTerminal(("TERM", "dumb")));
        Assert.Matches(Colour(), OnTerminal(("NO_COLOR", ""))); // no-color.org: an empty value has no effect
    }

    /// <summary>The ladder of a run, and what follows: how many connections failed, and the files.</summary>
    internal static (string Ladder, string Outcome) AtLastBlankLine(string output)
    {
        var end = output.LastIndexOf("\n\n", StringComparison.Ordinal) + 1;
        return (output[..end], output[end..]);
    }

    [Fact]
    public void NoLineIsLongerThanAPage()
    {
        var run = Run("half-open", "--filter", "tcp[tcpflags] & (tcp-syn|tcp-rst|tcp-fin|tcp-ack) != 0 or tcp[tcpflags] & tcp-push != 0");
        Assert.All(run.OutputLines.Where(line => !line.StartsWith("Files in ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public void AFileThatIsNoRecordingIsRefused()
    {
        Run("refused");
        Command.Run("show", _folder.Path).Refused("There is no recording", "timeline.pcapng");
        Command.Run("show", _folder.In("capture.pcap")).Refused("capture.pcap");
        Command.Run("show", _folder.In("timeline.csv")).Refused("timeline.csv");
        var bytes = File.ReadAllBytes(_folder.In("timeline.pcapng"));
        File.WriteAllBytes(_folder.In("timeline.pcapng"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("The recording was cut off", Command.Run("show", _folder.Output).Succeeded().Output);
    }

    private CommandResult Run(string scenario, params string[] more) =>
        Command.Run(["run", scenario, "--port", Ports.Next(), "--output", _folder.Output, .. more]).Succeeded();

    /// <summary>The output of show on a terminal of script(1), 100 columns wide.</summary>
    private string OnTerminal(params (string Name, string Value)[] environment)
    {
        var run = Command.RunProgram(
            ["script", "-qec", $"stty cols 100; exec {Command.File} show {_folder.Output}", Path.Combine(_folder.Path, "typescript")], environment);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Output;
    }

    /// <summary>The text without colours and without the runtime's terminal settings.</summary>
    private static string[] Words(string text) =>
        Keys().Replace(Colour().Replace(text, ""), "").Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colour();

    [GeneratedRegex(@"\e\[\?1h\e=")]
    private static partial Regex Keys();
}
