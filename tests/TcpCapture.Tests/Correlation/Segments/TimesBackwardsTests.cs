using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

/// <summary>Files whose frames are not in order: what is said of a connection must not depend on that.</summary>
public sealed class TimesBackwardsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-backwards-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1, 0)] // SYN-ACK, SYN
    [InlineData(1, 2, 0)] // SYN-ACK, ACK, SYN
    [InlineData(2, 0, 1)] // ACK, SYN, SYN-ACK
    [InlineData(0, 2, 1)] // SYN, ACK, SYN-ACK
    [InlineData(0, 1, 2, 4, 3)] // the server's ACK, then the data
    [InlineData(3, 0, 1, 2)] // data, then the handshake
    [InlineData(0, 1, 2, 3, 4, 6, 5)] // the FINs
    public void AConnectionIsTheSameInAnyOrderOfItsFrames(params int[] first)
    {
        var (inOrder, _) = Analyze([]);
        var (connection, summary) = Analyze(first);

        Assert.Equal(inOrder.Client.Address, connection.Client.Address);
        Assert.False(connection.BeganEarlier);
        Assert.Equal((inOrder.Start, inOrder.End, inOrder.FirstSyn), (connection.Start, connection.End, connection.FirstSyn));
        Assert.Equal((0, 0L), (connection.Client.SynRetransmissions, connection.Client.Retransmissions + connection.Server.Retransmissions));
        Assert.True(connection.HandshakeNanoseconds is null or >= 0 && connection.DurationNanoseconds >= 0);
        Assert.Equal((7L, 0L), (connection.Client.Bytes, connection.Server.Bytes));
        Assert.Contains(summary.Remarks, remark => remark.StartsWith("Times run backwards: the frames of the file are not in order.", StringComparison.Ordinal)
            && remark.Contains("reordercap", StringComparison.Ordinal));
        Assert.DoesNotContain(summary.Findings, finding => finding.Text.Contains("SYN was not seen", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadAllLines(Path.Combine(_folder.FullName, "out", "connections.csv")), line => line.Contains(",-", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadAllLines(Path.Combine(_folder.FullName, "out", "round-trips.csv")), line => line.Contains(",-", StringComparison.Ordinal));
    }

    [Fact]
    public void ARefusalBeforeItsSynInTheFileIsStillTheAnswer()
    {
        var connections = new List<Connection>();
        var made = new MadeCapture().Send(40200, Side.Client, "S").Send(40200, Side.Server, "R.").ToArray();
        var summary = Run(Reordered(made, [1, 0]), connections.Add);

        var connection = Assert.Single(connections);
        Assert.Equal((false, TcpState.Closed), (connection.BeganEarlier, connection.Client.State));
        Assert.DoesNotContain(summary.Findings, finding => finding.Text.Contains("has not been answered", StringComparison.Ordinal));
    }

    [Fact]
    public void ASynAckBeforeItsSynIsRetransmittedByItsTimer()
    {
        var made = new MadeCapture().Send(40200, Side.Client, "S").Send(40200, Side.Server, "S.").Wait(1000)
            .Send(40200, Side.Server, "S.", again: true).Send(40200, Side.Client, ".").ToArray();
        var summary = Run(Reordered(made, [1, 0]), _ => { });

        Assert.Contains(summary.Findings, finding => finding.Text.Contains("by its timer", StringComparison.Ordinal));
    }

    [Fact]
    public void ASynOfAReusedPortThatComesLaterIsAnotherConnection()
    {
        var connections = new List<Connection>();
        var made = new MadeCapture().Open(40200).Send(40200, Side.Client, "P.", 7).Close(40200).Wait(100).Open(40200);
        Run(made.ToArray(), connections.Add);

        Assert.Equal(2, connections.Count);
    }

    private (Connection Connection, CaptureSummary Summary) Analyze(int[] first)
    {
        var bytes = new MadeCapture().Open(40200).Send(40200, Side.Client, "P.", 7).Send(40200, Side.Server, ".").Close(40200).ToArray();
        var connections = new List<Connection>();
        var summary = Run(Reordered(bytes, first), connections.Add);
        return (Assert.Single(connections), summary);
    }

    private CaptureSummary Run(byte[] bytes, Action<Connection> onConnection)
    {
        var path = Path.Combine(_folder.FullName, "a.pcap");
        File.WriteAllBytes(path, bytes);
        using var analysis = CaptureAnalysis.Open([path]);
        return analysis.Run(OutputFolder.Create(Path.Combine(_folder.FullName, "out"), force: true), ConnectionChoice.None, onConnection);
    }

    /// <summary>The records of a pcap file: those of these numbers first, then the others.</summary>
    private static byte[] Reordered(byte[] file, int[] first)
    {
        const int fileHeader = 24, recordHeader = 16, lengthAt = 8;
        var records = new List<byte[]>();
        for (var at = fileHeader; at < file.Length;)
        {
            var length = recordHeader + BitConverter.ToInt32(file, at + lengthAt);
            records.Add(file[at..(at + length)]);
            at += length;
        }

        int[] order = [.. first, .. Enumerable.Range(0, records.Count).Except(first)];
        return [.. file[..fileHeader], .. order.SelectMany(number => records[number])];
    }
}
