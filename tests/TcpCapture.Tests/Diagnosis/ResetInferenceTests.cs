using TcpCapture.Model;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.Correlation;
using TcpCapture.Tests.PeerTools;

namespace TcpCapture.Tests.Diagnosis;

/// <summary>Compares verdicts from segments alone with those from whole recordings.</summary>
public class ResetInferenceTests(ITestOutputHelper output)
{
    [Fact]
    public void SegmentsAloneNeverNameAWrongCause()
    {
        var right = 0;
        var unknown = 0;
        var folders = new DirectoryInfo(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings")).EnumerateDirectories()
            .Where(folder => File.Exists(Path.Combine(folder.FullName, "connections.csv"))).OrderBy(folder => folder.Name).ToArray();
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            var truth = File.ReadLines(Path.Combine(folder.FullName, "connections.csv")).Skip(1).Select(line => line.Split(','))
                .Where(row => row[18].Length > 0).ToDictionary(row => $"{row[1]} {row[2]}", row => (By: row[18], Cause: row[19]));
            foreach (var connection in CapturedConnections.Of(Path.Combine(folder.FullName, "timeline.pcapng")))
            {
                if (connection.Reset is not { } reset) continue;
                Assert.True(truth.TryGetValue($"{connection.Client.Address} {connection.Server.Address}", out var known), $"{folder.Name}: nobody reset it");
                var inferred = reset.Cause.ToText();
                output.WriteLine($"{folder.Name}: {known.Cause}; inferred {inferred} ({reset.Confidence}): {reset.Because}");
                Assert.Equal(known.By, reset.By.ToText());
                Assert.NotEqual(ResetConfidence.Shown, reset.Confidence);
                if (reset.Cause == ResetCause.Unknown) unknown++;
                else if (inferred == known.Cause) right++;
                else Assert.Fail($"{folder.Name}: {known.Cause}, but inferred is {inferred}: {reset.Because}");
            }
        }

        output.WriteLine($"{right} right, {unknown} unknown.");
        Assert.True(right > 0);
    }

    [Fact]
    public void ZeeksCapturesHaveNoCertainVerdict()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "shared");
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null && !Directory.Exists(folder); up = up.Parent)
            folder = Path.Combine(up.FullName, "shared", "captures", "zeek");
        Assert.SkipUnless(Directory.Exists(folder), "../shared/captures/zeek is not here.");
        foreach (var path in Directory.EnumerateFiles(folder, "*.pcap*").Order())
        {
            foreach (var connection in CapturedConnections.Of(path))
            {
                if (connection.Reset is { } reset)
                    output.WriteLine($"{Path.GetFileName(path)} {connection.Number} frame {reset.Frame} {reset.By.ToText()} {reset.Cause.ToText()} ({reset.Confidence}): {reset.Because}");
                if (connection.Unheard is { } unheard) output.WriteLine($"{Path.GetFileName(path)} {connection.Number}: nothing of the {unheard.ToText()}");
                Assert.NotEqual(ResetConfidence.Shown, connection.Reset?.Confidence);
            }
        }
    }

    [Theory]
    [InlineData("right after data had come", true)]
    [InlineData("segments do not tell which", false)]
    public void SegmentsDoNotShowUnreadData(string words, bool isUnacknowledged)
    {
        var script = new Script().Open().Send(Side.Client, "P.", 10);
        if (!isUnacknowledged) script.Send(Side.Server, ".");
        var reset = script.Send(Side.Server, "R.").Play().Connections[0].Reset!;

        Assert.Equal(ResetCause.Unknown, reset.Cause);
        Assert.Contains(words, reset.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void AfterALongSilenceATimeoutIsLikely()
    {
        var reset = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Wait(181_000).Send(Side.Server, "R.")
            .Play().Connections[0].Reset!;

        Assert.Equal(ResetCause.Unknown, reset.Cause);
        Assert.Contains("181 s", reset.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAbortWithNothingToReadIsLikelyAZeroLingerTime() =>
        Assert.Equal(ResetCause.LingerZero, new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".")
            .Send(Side.Client, "R.").Play().Connections[0].Reset!.Cause);

    [Fact]
    public void AnImpossibleSequenceNumberHasNoCause()
    {
        var reset = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Send(Side.Server, "R.", seq: 99_000)
            .Play().Connections[0].Reset!;

        Assert.Equal((ResetCause.Unknown, ResetConfidence.None), (reset.Cause, reset.Confidence));
        Assert.Contains("another device", reset.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void OneDirectionAloneAllowsNoConclusion()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Client, ".", ack: 1).Send(Side.Client, "P.", 9, ack: 1)
            .Send(Side.Client, "F.", ack: 50).Play();

        Assert.Equal(Side.Server, played.Connections[0].Unheard);
        Assert.Contains(played.Findings, finding => finding.Contains("whether the server did cannot be told", StringComparison.Ordinal));
        Assert.DoesNotContain(played.Findings, finding => finding.Contains("did not", StringComparison.Ordinal) || finding.Contains("not been answered", StringComparison.Ordinal));
    }
}
