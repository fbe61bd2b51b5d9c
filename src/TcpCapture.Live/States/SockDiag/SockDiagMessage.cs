using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Writes sock_diag requests and reads the replies (linux/netlink.h, linux/inet_diag.h); does no I/O.</summary>
/// <remarks>Integers are in host byte order, ports and addresses in network byte order.</remarks>
internal static class SockDiagMessage
{
    public const int RequestLength = HeaderLength + 56; // struct nlmsghdr and struct inet_diag_req_v2
    public const byte FamilyIPv4 = 2;
    public const byte FamilyIPv6 = 10;
    public const int HeaderLength = 16; // struct nlmsghdr
    public const ushort Error = 2;
    public const ushort Done = 3;

    private const int ReplyLength = 72; // struct inet_diag_msg
    private const ushort SockDiagByFamily = 20;
    private const ushort FlagRequest = 1;
    private const ushort FlagDump = 0x300;
    private const byte ProtocolTcp = 6;
    private const int IdOffset = 4; // of struct inet_diag_sockid in the reply

    /// <summary>Requests the socket with this local and remote address.</summary>
    /// <remarks>Sockets with link-local addresses are bound to an interface and are found only with its index.</remarks>
    public static void WriteLookup(Span<byte> destination, in FourTuple end, uint sequence, uint interfaceIndex = 0)
    {
        WriteHeader(destination, FlagRequest, sequence);
        var body = destination[HeaderLength..RequestLength];
        body[0] = end.Local.IsV6 ? FamilyIPv6 : FamilyIPv4;
        body[1] = ProtocolTcp;
        var id = body[8..];
        BinaryPrimitives.WriteUInt16BigEndian(id, end.Local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(id[2..], end.Remote.Port);
        end.Local.WriteAddress(id[4..]);
        end.Remote.WriteAddress(id[20..]);
        WriteHost32(id[36..], interfaceIndex);
        id[40..48].Fill(0xff); // INET_DIAG_NOCOOKIE: matches any cookie
    }

    /// <summary>Requests the sockets in none of the states: the empty dump succeeds only if the kernel supports TCP queries.</summary>
    /// <remarks>A lookup cannot test this: a kernel without support answers it with "no such socket".</remarks>
    public static void WriteProbe(Span<byte> destination, uint sequence, byte protocol = ProtocolTcp)
    {
        WriteHeader(destination, FlagRequest | FlagDump, sequence);
        destination[HeaderLength] = FamilyIPv4;
        destination[HeaderLength + 1] = protocol;
    }

    /// <summary>Reads the reply to <see cref="WriteLookup"/> or <see cref="WriteProbe"/>.</summary>
    public static SockDiagAnswer Read(
        ReadOnlySpan<byte> datagram, in FourTuple question, uint sequence, out SocketSnapshot snapshot, out int error)
    {
        snapshot = SocketSnapshot.Absent;
        error = 0;
        if (datagram.Length < HeaderLength) return SockDiagAnswer.Malformed;
        var length = Host32(datagram);
        if (length < HeaderLength || length > (uint)datagram.Length) return SockDiagAnswer.Malformed;
        if (Host32(datagram[8..]) != sequence) return SockDiagAnswer.Foreign;
        var body = datagram[HeaderLength..(int)length];
        switch (MemoryMarshal.Read<ushort>(datagram[4..]))
        {
            case SockDiagByFamily:
                if (!TryReadSocket(body, out var end, out var found)) return SockDiagAnswer.Malformed;
                if (!Answers(end, question)) return SockDiagAnswer.Absent;
                snapshot = found;
                return SockDiagAnswer.Socket;
            case Error or Done:
                if (body.Length < sizeof(int)) return SockDiagAnswer.Malformed;
                var status = MemoryMarshal.Read<int>(body);
                if (status > 0 || status == int.MinValue) return SockDiagAnswer.Malformed;
                error = -status;
                if (status == 0) return SockDiagAnswer.Done;
                return error == Errno.ENOENT ? SockDiagAnswer.Absent : SockDiagAnswer.Refused;
            default:
                return SockDiagAnswer.Malformed;
        }
    }

    /// <summary>Reads a socket; false if it is malformed or neither a connection nor a listener.</summary>
    /// <remarks>Addresses are as on the wire: ::ffff:a.b.c.d becomes a.b.c.d.</remarks>
    public static bool TryReadSocket(ReadOnlySpan<byte> body, out FourTuple end, out SocketSnapshot snapshot)
    {
        end = default;
        snapshot = SocketSnapshot.Absent;
        if (body.Length < ReplyLength || body[0] is not (FamilyIPv4 or FamilyIPv6)) return false;
        if (KernelTcpState.Numbered(body[1]) is not { } state || TimerOf(body[2]) is not { } timer) return false;
        var id = body[IdOffset..];
        var length = body[0] == FamilyIPv4 ? 4 : 16;
        var local = KernelAddress.Read(id[4..(4 + length)], BinaryPrimitives.ReadUInt16BigEndian(id));
        var remote = KernelAddress.Read(id[20..(20 + length)], BinaryPrimitives.ReadUInt16BigEndian(id[2..]));
        var isListener = state == TcpState.Listen;
        if (isListener) remote = Endpoint.FromBytes(stackalloc byte[local.IsV6 ? 16 : 4], 0);
        else if (local.Port == 0 || remote.Port == 0 || local.IsV6 != remote.IsV6) return false; // bound, but not connected
        end = new FourTuple(local, remote);
        snapshot = ReadSnapshot(body, id, state, timer);
        return true;
    }

    /// <remarks>
    /// If no connection matches, the kernel returns the listener on the port, which may be bound to the wildcard address.
    /// That answers a request for a listener only.
    /// </remarks>
    private static bool Answers(in FourTuple end, in FourTuple question) => end.Remote.Port == 0
        ? question.Remote.Port == 0 && question.Local.Port == end.Local.Port
        : end == question;

    private static SocketSnapshot ReadSnapshot(ReadOnlySpan<byte> body, ReadOnlySpan<byte> id, TcpState state, SocketTimer timer)
    {
        var inode = Host32(body[68..]);
        return new SocketSnapshot
        {
            State = state,
            Kind = state == TcpState.Listen ? SocketKind.Listener
                : timer == SocketTimer.TimeWait ? SocketKind.TimeWait
                // A request socket has no inode; a full socket in SYN_RECV (simultaneous open) has one.
                : state == TcpState.SynRecv && inode == 0 ? SocketKind.Request
                : SocketKind.Full,
            Timer = timer,
            TimerMilliseconds = timer == SocketTimer.None ? 0 : Host32(body[52..]),
            Retransmits = body[3],
            ReceiveQueue = Host32(body[56..]),
            SendQueue = Host32(body[60..]),
            Inode = inode,
            Cookie = Host32(id[40..]) | (ulong)Host32(id[44..]) << 32,
            // For a socket without an owner the kernel writes 0, which would mean root.
            UserId = inode == 0 ? null : Host32(body[64..]),
        };
    }

    private static SocketTimer? TimerOf(byte number) => number switch
    {
        0 => SocketTimer.None,
        1 => SocketTimer.Retransmit,
        2 => SocketTimer.KeepAlive,
        3 => SocketTimer.TimeWait,
        4 => SocketTimer.Probe,
        _ => null,
    };

    private static void WriteHeader(Span<byte> destination, ushort flags, uint sequence)
    {
        destination[..RequestLength].Clear();
        WriteHost32(destination, RequestLength);
        ushort type = SockDiagByFamily;
        MemoryMarshal.Write(destination[4..], in type);
        MemoryMarshal.Write(destination[6..], in flags);
        WriteHost32(destination[8..], sequence);
    }

    private static uint Host32(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<uint>(bytes);
    private static void WriteHost32(Span<byte> bytes, uint value) => MemoryMarshal.Write(bytes, in value);
}

/// <summary>The meaning of a reply.</summary>
internal enum SockDiagAnswer
{
    Socket, // the requested socket
    Absent, // the requested socket does not exist
    Done, // a dump ended successfully
    Refused, // the kernel refused the request
    Foreign, // the reply to an earlier request
    Malformed, // not a valid reply
}
