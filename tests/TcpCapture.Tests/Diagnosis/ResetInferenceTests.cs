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
        var open = 0;
        var folders = new DirectoryInfo(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings")).EnumerateDirectories()
            .Where(folder => File.Exists(Path.Combine(folder.FullName, "connections.csv"))).OrderBy(folder => folder.Name).ToArray();
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            var header = File.ReadLines(Path.Combine(folder.FullName, "connections.csv")).First().Split(',');
            var (reset, cause) = (Array.IndexOf(header, "reset_by"), Array.IndexOf(header, "cause"));
            var truth = File.ReadLines(Path.Combine(folder.FullName, "connections.csv")).Skip(1).Select(line => line.Split(','))
                .Where(row => row[reset].Length > 0).ToDictionary(row => $"{row[1]} {row[2]}", row => (By: row[reset], Cause: row[cause]));
            foreach (var connection in CapturedConnections.Of(Path.Combine(folder.FullName, "timeline.pcapng")))
            {
                if (connection.Diagnosis is not { ResetBy: { } by } diagnosis) continue;
                Assert.True(truth.TryGetValue($"{connection.Client.Address} {connection.Server.Address}", out var known), $"{folder.Name}: nobody reset it");
                var inferred = diagnosis.Cause.ToText();
                output.WriteLine($"{folder.Name}: {known.Cause}; inferred {inferred} ({diagnosis.Confidence}): {diagnosis}");
                Assert.Equal(known.By, by.ToText());
                var alternatives = diagnosis.AlsoPossible.Select(also => also.ToText());
                if (inferred == known.Cause) right++;
                else if (diagnosis.Confidence != Confidence.Certain && alternatives.Contains(known.Cause)) open++;
                else Assert.Fail($"{folder.Name}: {known.Cause}, but inferred is {inferred}: {diagnosis}");
            }
        }

        output.WriteLine($"{right} right, {open} among the alternatives.");
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
                var diagnosis = connection.Diagnosis;
                output.WriteLine($"{Path.GetFileName(path)} {connection.Number}: {diagnosis.Cause.ToText()} ({diagnosis.Confidence}): {diagnosis}");
                if (diagnosis.ResetBy is not null) Assert.NotEqual(Confidence.Certain, diagnosis.Confidence);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SegmentsDoNotShowUnreadData(bool isUnacknowledged)
    {
        var script = new Script().Open().Send(Side.Client, "P.", 10);
        if (!isUnacknowledged) script.Send(Side.Server, ".");
        var diagnosis = script.Send(Side.Server, "R.").Play().Connections[0].Diagnosis;

        Assert.Equal((Cause.Abort, Confidence.Likely), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Contains(Cause.UnreadData, diagnosis.AlsoPossible);
        Assert.Equal(isUnacknowledged, diagnosis.Why.Contains("10 bytes of the client were not acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public void AfterALongSilenceATimeoutIsLikely()
    {
        var diagnosis = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Wait(181_000).Send(Side.Server, "R.")
            .Play().Connections[0].Diagnosis;

        Assert.Equal((Cause.Abort, Confidence.Possible), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Equal(Cause.IdleTimeout, diagnosis.AlsoPossible[0]);
        Assert.Contains("181 s", diagnosis.What, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAbortWithNothingToReadIsLikelyAZeroLingerTime() =>
        Assert.Equal(Cause.LingerZero, new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".")
            .Send(Side.Client, "R.").Play().Connections[0].Diagnosis.Cause);

    [Fact]
    public void AnImpossibleSequenceNumberEndsNothing()
    {
        var connection = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Send(Side.Server, "R.", seq: 4_000_000)
            .Send(Side.Client, "P.", 5).Send(Side.Server, ".").Play().Connections[0];

        Assert.Equal((Cause.None, ConnectionOutcome.Open), (connection.Diagnosis.Cause, connection.Diagnosis.Outcome));
        Assert.Contains("had no effect", Assert.Single(connection.Diagnosis.Remarks), StringComparison.Ordinal);
        Assert.Equal(TcpState.Established, connection.Server.FinalState);
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
