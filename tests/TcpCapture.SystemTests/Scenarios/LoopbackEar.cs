using System.Buffers.Binary;
using System.Net.Sockets;
using TcpCapture.Live.Scenarios;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>
/// Captures one TCP port on the loopback interface of the current namespace, independently of the library's capture and
/// decoder. A packet socket bound to one protocol receives each frame once, when it arrives.
/// </summary>
internal sealed class LoopbackEar : IDisposable
{
    private const int EthernetHeader = 14;
    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly int _port;
    private readonly TimeSpan _silence;
    private readonly WireWatch _wire;
    private readonly List<Segment> _segments = [];
    private volatile bool _stop;

    public LoopbackEar(AddressFamily family, int port, WireWatch wire, TimeSpan silence)
    {
        _silence = silence;
        var protocol = BinaryPrimitives.ReverseEndianness((ushort)(family == AddressFamily.InterNetworkV6 ? 0x86DD : 0x0800));
        _socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)protocol) { ReceiveBufferSize = 1 << 20 };
        _port = port;
        _wire = wire;
        _thread = new Thread(Listen) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Stops after this time without a frame; it must be longer than a delayed ACK, 40 ms.</summary>
    public List<Segment> Stop()
    {
        _stop = true;
        _thread.Join();
        return _segments;
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    private void Listen()
    {
        var buffer = new byte[70_000];
        while (true)
        {
            if (!_socket.Poll(_silence, SelectMode.SelectRead))
            {
                if (_stop) return;
                continue;
            }

            var length = _socket.Receive(buffer);
            if (Decode(buffer.AsSpan(EthernetHeader, length - EthernetHeader)) is not { } segment) continue;
            _segments.Add(segment);
            _wire.OnSegment(segment);
        }
    }

    private Segment? Decode(ReadOnlySpan<byte> ip)
    {
        var isV6 = ip[0] >> 4 == 6;
        if (ip[isV6 ? 6 : 9] != 6) return null;
        var header = isV6 ? 40 : (ip[0] & 15) * 4;
        var total = isV6 ? 40 + BinaryPrimitives.ReadUInt16BigEndian(ip[4..]) : BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        var tcp = ip[header..];
        var source = BinaryPrimitives.ReadUInt16BigEndian(tcp);
        var destination = BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]);
        if (source != _port && destination != _port) return null;
        return new Segment
        {
            Time = Timestamp.Now,
            Source = Endpoint.FromBytes(isV6 ? ip.Slice(8, 16) : ip.Slice(12, 4), source),
            Destination = Endpoint.FromBytes(isV6 ? ip.Slice(24, 16) : ip.Slice(16, 4), destination),
            Seq = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            Ack = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            Flags = (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(tcp[12..]) & 0x1FF),
            Length = total - header - (tcp[12] >> 4) * 4,
        };
    }
}
