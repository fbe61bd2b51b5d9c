using System.Buffers.Binary;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles.Pcap;
using TcpCapture.Tests.Decoding;

namespace TcpCapture.Tests;

/// <summary>
/// A capture as others make it, segment by segment: each comes a millisecond after the one before, sequence numbers follow from what
/// was sent. Clients are 10.0.0.1 with the port that is said, the server is 10.0.0.2:2222.
/// </summary>
/// <param name="linkType">The link layer: 1 Ethernet, 113 Linux cooked.</param>
/// <param name="second">Second of the first segment.</param>
internal sealed class MadeCapture(uint linkType = 1, uint second = 1_795_413_662)
{
    private const uint ClientIss = 1000;
    private const uint ServerIss = 5000;

    private readonly RawPcap _file = new(linkType: linkType);
    private readonly Dictionary<(ushort, Side), uint> _next = [];
    private uint _milliseconds;

    public MadeCapture Wait(uint milliseconds)
    {
        _milliseconds += milliseconds;
        return this;
    }

    /// <summary>The three segments that open a connection.</summary>
    public MadeCapture Open(ushort port) => Send(port, Side.Client, "S").Send(port, Side.Server, "S.").Send(port, Side.Client, ".");

    /// <summary>The three segments that close one, its client first.</summary>
    public MadeCapture Close(ushort port) => Send(port, Side.Client, "F.").Send(port, Side.Server, "F.").Send(port, Side.Client, ".");

    /// <summary>A segment; flags as tcpdump writes them.</summary>
    public MadeCapture Send(ushort port, Side from, string flags, int length = 0, bool again = false)
    {
        var bits = (flags.Contains('S') ? 2 : 0) | (flags.Contains('F') ? 1 : 0) | (flags.Contains('R') ? 4 : 0) | (flags.Contains('.') ? 16 : 0) | (flags.Contains('P') ? 8 : 0);
        var tcp = FrameBuilder.Tcp(bits, payload: length);
        var seq = _next.GetValueOrDefault((port, from), from == Side.Client ? ClientIss : ServerIss);
        var step = (uint)length + ((bits & 3) != 0 ? 1u : 0u);
        if (again) seq -= step;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(from == Side.Client ? 0 : 2), port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(from == Side.Client ? 2 : 0), 2222);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), (bits & 16) == 0 ? 0 : _next.GetValueOrDefault((port, from.Peer())));
        if (!again && (bits & 4) == 0) _next[(port, from)] = seq + step;
        var ip = FrameBuilder.IPv4(tcp);
        if (from == Side.Server) (ip[15], ip[19]) = (2, 1);
        return Add(linkType == 113 ? FrameBuilder.Sll(ip) : FrameBuilder.Ethernet(ip));
    }

    /// <summary>Any frame.</summary>
    public MadeCapture Add(byte[] frame)
    {
        _milliseconds++;
        _file.Packet(second + _milliseconds / 1000, _milliseconds % 1000 * 1_000_000, frame, (uint)frame.Length);
        return this;
    }

    public byte[] ToArray() => _file.ToArray();

    /// <summary>Writes it to a file.</summary>
    /// <returns>The file's path.</returns>
    public string Save(string path)
    {
        File.WriteAllBytes(path, ToArray());
        return path;
    }
}
