using System.Globalization;
using TcpCapture.Model;
using TcpCapture.PeerTools;
using TcpCapture.PeerTools.Tcptrace;
using TcpCapture.Tests.CaptureFiles;
using TcpCapture.Tests.Decoding;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.PeerTools.Tcptrace;

public sealed class RoundTripTests(ITestOutputHelper output)
{
    private const string Open = "C S 0; S S. 0; C . 1;";

    [Fact]
    public void AHandshakeGivesASampleInEachDirection()
    {
        var state = Play(Open);

        Assert.Equal(1_000_000, state.RoundTripsOf(Side.Client)!.Handshake);
        Assert.Equal(1_000_000, state.RoundTripsOf(Side.Server)!.Handshake);
        Assert.Equal(1, state.RoundTripsOf(Side.Client)!.Samples.Count);
    }

    [Fact]
    public void ASynSentTwiceIsAmbiguous()
    {
        var trips = Play("C S 0; C S 0; S S. 0; C . 1").RoundTripsOf(Side.Client)!;

        Assert.Null(trips.Handshake);
        Assert.Equal((0, 1), (trips.Samples.Count, trips.Ambiguous.Count));
        Assert.Equal(1_000_000, trips.Ambiguous.Max);
    }

    [Fact]
    public void ASynAloneAllocatesNothing() => Assert.Null(Play("C S 0").RoundTripsOf(Side.Client));

    [Fact]
    public void OneAcknowledgementOfTwoSegmentsIsOneSample()
    {
        var trips = Play(Open + "C . 1 l10; C P. 11 l10; S . 1").RoundTripsOf(Side.Client)!;

        Assert.Equal((2, 1), (trips.Samples.Count, trips.Cumulative));
        Assert.Equal(1_000_000, trips.Samples.Max);
    }

    [Fact]
    public void ASegmentDelayedByALossIsNoSample()
    {
        var trips = Play(Open + "C . 1 l10; C . 11 l10; S . 1 a1; C . 1 l10; S . 1 a21").RoundTripsOf(Side.Client)!;

        Assert.Equal((1, 1), (trips.Samples.Count, trips.AfterLoss));
    }

    [Fact]
    public void TheFourthOfTheSameIsATripleDuplicate()
    {
        var trips = Play(Open + "C . 1 l10; S . 1; C . 21 l10; S . 1 a11; S . 1 a11; S . 1 a11; S . 1 a11").RoundTripsOf(Side.Client)!;

        Assert.Equal((4, 1), (trips.Duplicates, trips.TripleDuplicates));
    }

    [Theory]
    [InlineData("S . 1 a11; S . 1 a11; S . 1 a11 w600; S . 1 a11 w600")] // a window update is news
    [InlineData("S . 1 a11; S . 1 a11 l5; S . 6 a11; S . 6 a11")] // and so is data
    public void ADuplicateHasNoDataAndNoNewWindow(string acknowledgements)
    {
        var trips = Play(Open + "C . 1 l10; C . 11 l10;" + acknowledgements).RoundTripsOf(Side.Client)!;

        Assert.Equal((2, 0), (trips.Duplicates, trips.TripleDuplicates));
    }

    [Fact]
    public void TheLargestSegmentsAreCountedSeparately()
    {
        var trips = Play(Open + "C . 1 l10; S . 1; C . 11 l1000; S . 1; C . 1011 l1000; S . 1").RoundTripsOf(Side.Client)!;

        Assert.Equal((1000u, 2), (trips.LargestSegment, trips.FullSize.Count));
    }

    [Fact]
    public void AnUnseenEndCostsLittleMemory()
    {
        var trips = Play("C S 0;" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"C . {1 + i * 10} l10 a1;"))).RoundTripsOf(Side.Client)!;

        Assert.Equal(0, trips.Samples.Count);
        Assert.Equal(SentRanges.MaxUnacknowledged, trips.Waiting);
    }

    [Fact]
    public async Task TcptraceSeesTheSameInTroubledTransfers()
    {
        const int Connections = 1500;
        var path = Path.Combine(Directory.CreateTempSubdirectory("tcpcapture-rtt-").FullName, "transfers.pcap");
        try
        {
            var transfers = Enumerable.Range(0, Connections).Select(RandomTransfer.Segments).ToArray();
            MicrosecondPcap.Write(path, transfers.SelectMany(t => t).OrderBy(segment => segment.Time.Nanoseconds));
            var theirs = await Tcptrace.Read(path);
            var differences = new List<string>();
            var samples = 0L;
            foreach (var transfer in transfers)
            {
                var client = transfer[0].Source;
                var state = Play(transfer.Select(segment => (segment.Source == client ? Side.Client : Side.Server, segment)));
                foreach (var side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
                {
                    var from = side == Side.Client ? client : transfer[0].Destination;
                    var to = side == Side.Client ? transfer[0].Destination : client;
                    var peer = theirs.Single(direction => direction.From == Name(from) && direction.To == Name(to));
                    samples += state.RoundTripsOf(side)?.Samples.Count ?? 0;
                    differences.AddRange(RoundTripComparison.Differences(state.RoundTripsOf(side), peer).Select(text => $"{Name(from)}: {text}"));
                }
            }

            output.WriteLine($"{Connections} connections, {samples} samples, {differences.Count} differences.");
            foreach (var line in differences.Take(40)) output.WriteLine(line);
            Assert.Empty(differences);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>Real captures: connections that both programs see as one, with the same segments.</summary>
    [Fact]
    public async Task TcptraceSeesTheSameInCaptureFiles()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-tcptrace-");
        try
        {
            await CompareWithTcptrace([.. SharedCaptures.Own("*.pcap").Select(path => InMicroseconds(path, folder.FullName)), .. SharedCaptures.Shared("*.pcap*")]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A copy with times in whole microseconds, as tcptrace needs.</summary>
    private static string InMicroseconds(string path, string folder)
    {
        var sink = new RecordingSink();
        FrameLog.ReadAll(path, sink);
        var copy = Path.Combine(folder, Path.GetFileName(path));
        MicrosecondPcap.Write(copy, sink.Segments);
        return copy;
    }

    private async Task CompareWithTcptrace(IEnumerable<string> paths)
    {
        var differences = new List<string>();
        var (directions, samples, unread) = (0, 0L, 0);
        foreach (var path in paths.Select(path => new FileInfo(path)))
        {
            List<Tcptrace.Direction> theirs;
            try
            {
                theirs = await Tcptrace.Read(path.FullName);
            }
            catch (InvalidOperationException e)
            {
                output.WriteLine($"{path.Name}: {e.Message.ReplaceLineEndings(" ")}");
                unread++;
                continue;
            }

            foreach (var connection in CapturedConnections.Of(path.FullName))
            {
                foreach (var end in (ReadOnlySpan<ConnectionEnd>)[connection.Client, connection.Server])
                {
                    var (from, to) = (Name(end.Address), Name(connection[end.Side.Peer()].Address));
                    var peers = theirs.Where(direction => direction.From == from && direction.To == to && from != to).ToArray();
                    if (peers is not [var peer] || (long)peer["total_packets"] != end.Segments) continue;
                    directions++;
                    samples += connection.PeerState.RoundTripsOf(end.Side)?.Samples.Count ?? 0;
                    differences.AddRange(RoundTripComparison.Differences(connection.PeerState.RoundTripsOf(end.Side), peer).Select(text => $"{path.Name} {from}: {text}"));
                }
            }
        }

        output.WriteLine($"{directions} directions, {samples} samples, {differences.Count} differences; tcptrace could not read {unread} files.");
        foreach (var line in differences) output.WriteLine(line);
        Assert.True(directions > (SharedCaptures.Shared("*").Any() ? 50 : 15), $"{directions} directions were compared");
        Assert.Empty(differences);
    }

    private static string Name(Endpoint end) => string.Create(CultureInfo.InvariantCulture, $"{end.ToIPAddress()} {end.Port}");
    private static PeerState Play(string talk) => Play(Talk.Read(talk).Select(said => (said.Side, said.Segment)));

    private static PeerState Play(IEnumerable<(Side Side, Segment Segment)> segments)
    {
        var state = new PeerState();
        foreach (var (side, segment) in segments) state.Add(side, segment);
        return state;
    }
}
