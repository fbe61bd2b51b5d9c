using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TcpCapture.SystemTests.Capture;

namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Malformed segments, sent to the captured port from a raw socket while a run follows its TIME_WAIT, in a private
/// namespace: they are counted and shown, and are never fatal.
/// </summary>
[Collection(CommandCollection.Name)]
public sealed class MalformedSegmentTests : IDisposable
{
    private const int StrangersPort = 40_001;

    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AreCountedAndShown() => PrivateNetwork.Run(() =>
    {
        using var command = Command.Start("run", "both-close", "--port", _port, "--messages", "2", "--output", _folder.Output, "--follow");
        command.WaitUntil(() => Sockets.States("sport", _port).Contains("TIME-WAIT"), "ss shows TIME-WAIT");
        using (var raw = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw))
        {
            raw.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
            foreach (var datagram in Datagrams()) raw.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, 0));
        }

        command.WaitUntil(() => new FileInfo(_folder.RawRecording).Length > 10_000, "the exchange is on disk");
        command.Signal("INT");
        var run = command.Wait().Succeeded();

        var rows = CsvFile.Read(_folder.In("timeline.csv"));
        var segments = rows.Where(row => row["kind"] == "segment").ToArray();
        // All frames are in the capture with consecutive numbers, and tshark counts the same number.
        Assert.Equal(Enumerable.Range(1, segments.Length).Select(n => $"{n}"), segments.Select(row => row["frame"]));
        Assert.Equal(segments.Length, SegmentsOracle.Read(_folder.In("capture.pcap"), "frame.number").Length);
        var unreadable = segments.Where(row => row["flags"].Length == 0).ToArray();
        Assert.Equal(2, unreadable.Count(row => row["note"].StartsWith("malformed: ", StringComparison.Ordinal)));
        Assert.Single(unreadable, row => row["note"].Contains("fragment", StringComparison.Ordinal));
        Assert.Equal(3, unreadable.Length);
        Assert.Equal(3, run.OutputLines.Count(line => line.Contains(" is not a segment: ", StringComparison.Ordinal)));
        Assert.Matches("• event [0-9]+: 3 frames could not be decoded as a TCP segment; the first: malformed", run.Output);
        // A zero-length option does not make the segment unreadable.
        Assert.Contains(segments, row => row["from"] == $"127.0.0.1:{StrangersPort}" && row["flags"] == "." && row["seq"] == "7");
        // The malformed segments do not change the existing connection.
        Assert.Matches("• connection 1, event [0-9]+: The server closed first, then the client[.]", run.Output);
    });

    private IEnumerable<byte[]> Datagrams()
    {
        yield return Datagram(Header(dataOffset: 6, 8, 0, 0, 0)); // an option of length 0; the minimum is 2
        yield return Datagram(Header(dataOffset: 5)[..10]); // truncated within the sequence number
        yield return Datagram(Header(dataOffset: 4)); // shorter than the minimum header
        yield return Datagram(Header(dataOffset: 5, 1, 2, 3, 4), fragment: 0x2000); // further fragments are announced, but not sent
    }

    /// <summary>A TCP header with an unexpected ACK and a wrong checksum, so that the kernel drops it without an answer.</summary>
    private byte[] Header(int dataOffset, params byte[] rest)
    {
        var header = new byte[20 + rest.Length];
        BinaryPrimitives.WriteUInt16BigEndian(header, StrangersPort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), ushort.Parse(_port, CultureInfo.InvariantCulture));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 7);
        header[12] = (byte)(dataOffset << 4);
        header[13] = 0x10;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16), 0xDEAD);
        rest.CopyTo(header, 20);
        return header;
    }

    /// <summary>An IPv4 datagram on loopback; the kernel fills in its length and checksum.</summary>
    private static byte[] Datagram(byte[] segment, int fragment = 0)
    {
        byte[] header = [0x45, 0, 0, 0, 0, 1, (byte)(fragment >> 8), (byte)fragment, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];
        return [.. header, .. segment];
    }
}
