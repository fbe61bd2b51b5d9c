using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Reads the sockets in one datagram of a listing.</summary>
internal ref struct SockDiagDump(ReadOnlySpan<byte> datagram, uint sequence)
{
    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The kernel's errno, or EPROTO for a malformed datagram; 0 if neither.</summary>
    public int Error { get; private set; }

    /// <summary>True after the last message of the listing.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Requests the sockets with these ports and states. Port 0 stands for any port, bit n of the states for state n.</summary>
    public static void WriteRequest(
        Span<byte> destination, bool isV6, ushort source, ushort remote, uint sequence, uint states = uint.MaxValue)
    {
        SockDiagMessage.WriteProbe(destination, sequence);
        var body = destination[SockDiagMessage.HeaderLength..];
        if (isV6) body[0] = SockDiagMessage.FamilyIPv6;
        MemoryMarshal.Write(body[4..], states);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], source);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], remote);
    }

    public bool Next(out FourTuple end, out SocketSnapshot snapshot)
    {
        end = default;
        snapshot = SocketSnapshot.Absent;
        while (_rest.Length >= SockDiagMessage.HeaderLength && !IsLast && Error == 0)
        {
            var length = MemoryMarshal.Read<uint>(_rest);
            if (length < SockDiagMessage.HeaderLength || length > (uint)_rest.Length) break;
            var message = _rest[..(int)length];
            _rest = _rest[Math.Min(_rest.Length, ((int)length + 3) & ~3)..];
            if (MemoryMarshal.Read<uint>(message[8..]) != sequence) continue;
            var body = message[SockDiagMessage.HeaderLength..];
            if (MemoryMarshal.Read<ushort>(message[4..]) is SockDiagMessage.Error or SockDiagMessage.Done)
            {
                IsLast = true;
                var status = body.Length >= sizeof(int) ? MemoryMarshal.Read<int>(body) : 0;
                Error = status == 0 ? 0 : status is < 0 and > int.MinValue ? -status : Errno.EPROTO;
                return false;
            }

            // A socket in an unknown state is left out; the listing continues.
            if (SockDiagMessage.TryReadSocket(body, out end, out snapshot)) return true;
        }

        if (_rest.Length >= SockDiagMessage.HeaderLength && !IsLast && Error == 0) Error = Errno.EPROTO;
        return false;
    }
}
