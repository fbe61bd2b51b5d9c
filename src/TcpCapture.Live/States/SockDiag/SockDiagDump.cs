using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>One datagram of a listing of sockets: goes through its messages without any I/O.</summary>
internal ref struct SockDiagDump(ReadOnlySpan<byte> datagram, uint sequence)
{
    private const int HeaderLength = 16; // struct nlmsghdr
    private const ushort MessageError = 2;
    private const ushort MessageDone = 3;

    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The kernel's errno, or what cannot be understood; 0 if neither.</summary>
    public int Error { get; private set; }

    /// <summary>True if the listing has ended.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Asks for every socket with these ports; 0 stands for any. The kernel itself leaves out the rest.</summary>
    public static void WriteRequest(Span<byte> destination, bool isV6, ushort source, ushort remote, uint sequence)
    {
        SockDiagMessage.WriteProbe(destination, sequence);
        var body = destination[HeaderLength..];
        if (isV6) body[0] = SockDiagMessage.FamilyIPv6;
        MemoryMarshal.Write(body[4..], uint.MaxValue); // every state
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], source);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], remote);
    }

    /// <summary>The next socket; false at the end of the datagram.</summary>
    public bool Next(out FourTuple end, out SocketSnapshot view)
    {
        end = default;
        view = SocketSnapshot.Absent;
        while (_rest.Length >= HeaderLength && !IsLast && Error == 0)
        {
            var length = MemoryMarshal.Read<uint>(_rest);
            if (length < HeaderLength || length > (uint)_rest.Length) break;
            var message = _rest[..(int)length];
            _rest = _rest[Math.Min(_rest.Length, ((int)length + 3) & ~3)..];
            if (MemoryMarshal.Read<uint>(message[8..]) != sequence) continue;
            var type = MemoryMarshal.Read<ushort>(message[4..]);
            if (type is MessageError or MessageDone)
            {
                IsLast = true;
                var status = message.Length >= HeaderLength + sizeof(int) ? MemoryMarshal.Read<int>(message[HeaderLength..]) : 0;
                Error = status == 0 ? 0 : status is < 0 and > int.MinValue ? -status : Errno.EPROTO;
                return false;
            }

            // A state or timer this program does not know is one socket less, no reason to stop.
            if (SockDiagMessage.TryReadListed(message[HeaderLength..], out end, out view)) return true;
        }

        if (_rest.Length >= HeaderLength && !IsLast && Error == 0) Error = Errno.EPROTO;
        return false;
    }
}
