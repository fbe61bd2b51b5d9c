using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>
/// The bytes of sock_diag (linux/netlink.h, linux/inet_diag.h): builds questions and reads answers, without any I/O.
/// Integers are in host order, ports and addresses in network order.
/// </summary>
internal static class SockDiagMessage
{
    /// <summary>struct nlmsghdr and struct inet_diag_req_v2.</summary>
    public const int RequestLength = HeaderLength + 56;

    public const byte FamilyIPv4 = 2;
    public const byte FamilyIPv6 = 10;

    private const int HeaderLength = 16;
    private const int ReplyLength = 72; // struct inet_diag_msg
    private const ushort MessageError = 2;
    private const ushort MessageDone = 3;
    private const ushort SockDiagByFamily = 20;
    private const ushort FlagRequest = 1;
    private const ushort FlagDump = 0x300;
    private const byte ProtocolTcp = 6;
    private const int ListenNumber = 10; // TCP_LISTEN
    private const int IdOffset = 4; // of struct inet_diag_sockid in the reply

    /// <summary>Writes the question for the socket with exactly this local and remote address.</summary>
    /// <remarks>An interface index is needed for sockets bound to an interface, as those of link-local addresses are.</remarks>
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
        id[40..48].Fill(0xff); // INET_DIAG_NOCOOKIE: whichever socket has the address
    }

    /// <summary>
    /// Writes a dump of the sockets in no state at all. It shows nothing, but ends well only if the kernel can answer
    /// questions about TCP: to a look-up it would say "no such socket" in that case, too.
    /// </summary>
    public static void WriteProbe(Span<byte> destination, uint sequence, byte protocol = ProtocolTcp)
    {
        WriteHeader(destination, FlagRequest | FlagDump, sequence);
        destination[HeaderLength] = FamilyIPv4;
        destination[HeaderLength + 1] = protocol;
    }

    /// <summary>Writes the question for every listening socket of an address family.</summary>
    public static void WriteListenerDump(Span<byte> destination, uint sequence, bool isV6)
    {
        WriteHeader(destination, FlagRequest | FlagDump, sequence);
        var body = destination[HeaderLength..RequestLength];
        body[0] = isV6 ? FamilyIPv6 : FamilyIPv4;
        body[1] = ProtocolTcp;
        WriteHost32(body[4..], 1u << ListenNumber); // struct inet_diag_req_v2, idiag_states
    }

    /// <summary>Reads a datagram of the answer to <see cref="WriteListenerDump"/>: many sockets in one, and many datagrams.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="sequence">That of the question.</param>
    /// <param name="listeners">Gets what was found.</param>
    /// <returns><see cref="SockDiagAnswer.Socket"/>: more is to come; <see cref="SockDiagAnswer.Done"/>: that was all.</returns>
    public static SockDiagAnswer ReadListeners(ReadOnlySpan<byte> datagram, uint sequence, ICollection<ListeningSocket> listeners)
    {
        while (datagram.Length >= HeaderLength)
        {
            var length = Host32(datagram);
            if (length < HeaderLength || length > (uint)datagram.Length) return SockDiagAnswer.Malformed;
            if (Host32(datagram[8..]) != sequence) return SockDiagAnswer.Foreign;
            var body = datagram[HeaderLength..(int)length];
            var type = MemoryMarshal.Read<ushort>(datagram[4..]);
            if (type == MessageDone) return SockDiagAnswer.Done;
            if (type != SockDiagByFamily) return type == MessageError ? SockDiagAnswer.Refused : SockDiagAnswer.Malformed;
            if (body.Length < ReplyLength || body[0] is not (FamilyIPv4 or FamilyIPv6)) return SockDiagAnswer.Malformed;
            var id = body[IdOffset..];
            var address = id[4..(body[0] == FamilyIPv4 ? 8 : 20)];
            listeners.Add(new ListeningSocket(Endpoint.FromBytes(address, BinaryPrimitives.ReadUInt16BigEndian(id)), Host32(body[68..])));
            datagram = datagram[(int)Math.Min((length + 3) & ~3u, (uint)datagram.Length)..];
        }

        return datagram.IsEmpty ? SockDiagAnswer.Socket : SockDiagAnswer.Malformed;
    }

    /// <summary>Reads the datagram that answers a question: gives a view if that is a socket, an errno if a refusal.</summary>
    public static SockDiagAnswer Read(
        ReadOnlySpan<byte> datagram, in FourTuple question, uint sequence, out SocketSnapshot view, out int error)
    {
        view = SocketSnapshot.Absent;
        error = 0;
        if (datagram.Length < HeaderLength) return SockDiagAnswer.Malformed;
        var length = Host32(datagram);
        if (length < HeaderLength || length > (uint)datagram.Length) return SockDiagAnswer.Malformed;
        if (Host32(datagram[8..]) != sequence) return SockDiagAnswer.Foreign;
        var body = datagram[HeaderLength..(int)length];
        switch (MemoryMarshal.Read<ushort>(datagram[4..]))
        {
            case SockDiagByFamily:
                return ReadSocket(body, question, out view);
            case MessageError or MessageDone:
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

    /// <summary>Reads a socket of a listing, with its own addresses: as they are on the wire, so ::ffff:a.b.c.d becomes a.b.c.d.</summary>
    /// <returns>False if it cannot be understood.</returns>
    public static bool TryReadListed(ReadOnlySpan<byte> body, out FourTuple end, out SocketSnapshot view)
    {
        end = default;
        view = SocketSnapshot.Absent;
        if (body.Length < ReplyLength || body[0] is not (FamilyIPv4 or FamilyIPv6)) return false;
        if (!TryMapState(body[1], out var state) || !TryMapTimer(body[2], out var timer)) return false;
        var id = body[IdOffset..];
        var local = ReadAddress(id[4..20], body[0], BinaryPrimitives.ReadUInt16BigEndian(id));
        var remote = ReadAddress(id[20..36], body[0], BinaryPrimitives.ReadUInt16BigEndian(id[2..]));
        var isListener = state == TcpState.Listen;
        if (isListener) remote = Endpoint.FromBytes(stackalloc byte[local.IsV6 ? 16 : 4], 0);
        else if (local.Port == 0 || remote.Port == 0 || local.IsV6 != remote.IsV6) return false; // bound, and no connection
        end = new FourTuple(local, remote);
        view = ReadView(body, id, state, timer);
        return true;
    }

    private static Endpoint ReadAddress(ReadOnlySpan<byte> address, byte family, ushort port)
    {
        if (family == FamilyIPv4) return Endpoint.FromBytes(address[..4], port);
        return address.StartsWith(MappedPrefix) ? Endpoint.FromBytes(address[12..], port) : Endpoint.FromBytes(address, port);
    }

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    private static SockDiagAnswer ReadSocket(ReadOnlySpan<byte> body, in FourTuple question, out SocketSnapshot view)
    {
        view = SocketSnapshot.Absent;
        if (body.Length < ReplyLength) return SockDiagAnswer.Malformed;
        var family = body[0];
        if (family is not (FamilyIPv4 or FamilyIPv6)) return SockDiagAnswer.Malformed;
        if (!TryMapState(body[1], out var state) || !TryMapTimer(body[2], out var timer)) return SockDiagAnswer.Malformed;

        var id = body[IdOffset..];
        // Where no connection has the address, the kernel looks on and answers with the listener on its port. That is
        // the answer to the question for a listener and to no other; and its own address may then be the wildcard.
        var isListener = state == TcpState.Listen;
        if (isListener != (question.Remote.Port == 0)) return SockDiagAnswer.Absent;
        if (BinaryPrimitives.ReadUInt16BigEndian(id) != question.Local.Port ||
            BinaryPrimitives.ReadUInt16BigEndian(id[2..]) != question.Remote.Port)
        {
            return SockDiagAnswer.Absent;
        }

        if (!isListener && !(HasAddress(id[4..20], family, question.Local) && HasAddress(id[20..36], family, question.Remote)))
        {
            return SockDiagAnswer.Absent;
        }

        view = ReadView(body, id, state, timer);
        return SockDiagAnswer.Socket;
    }

    private static SocketSnapshot ReadView(ReadOnlySpan<byte> body, ReadOnlySpan<byte> id, TcpState state, SocketTimer timer)
    {
        var inode = Host32(body[68..]);
        return new SocketSnapshot
        {
            State = state,
            Kind = state == TcpState.Listen ? SocketKind.Listener
                : timer == SocketTimer.TimeWait ? SocketKind.TimeWait
                // A request socket belongs to no process. (A full socket in SYN_RECV, after crossing SYNs, does.)
                : state == TcpState.SynRecv && inode == 0 ? SocketKind.Request
                : SocketKind.Full,
            Timer = timer,
            TimerMilliseconds = timer == SocketTimer.None ? 0 : Host32(body[52..]),
            Retransmits = body[3],
            ReceiveQueue = Host32(body[56..]),
            SendQueue = Host32(body[60..]),
            Inode = inode,
            Cookie = Host32(id[40..]) | (ulong)Host32(id[44..]) << 32,
            // The kernel writes 0, which is root, where there is no owner.
            UserId = inode == 0 ? null : Host32(body[64..]),
        };
    }

    /// <summary>Compares with an address of the reply; a socket of an IPv6 listener has IPv4 peers as ::ffff:a.b.c.d.</summary>
    private static bool HasAddress(ReadOnlySpan<byte> address, byte family, Endpoint expected)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..expected.WriteAddress(bytes)];
        if (family == FamilyIPv4) return bytes.Length == 4 && bytes.SequenceEqual(address[..4]);
        if (bytes.Length == 16) return bytes.SequenceEqual(address);
        return address.StartsWith(MappedPrefix) && bytes.SequenceEqual(address[12..]);
    }

    private static bool TryMapState(byte number, out TcpState state)
    {
        var mapped = KernelTcpState.Numbered(number);
        state = mapped.GetValueOrDefault();
        return mapped is not null;
    }

    private static bool TryMapTimer(byte number, out SocketTimer timer)
    {
        SocketTimer? mapped = number switch
        {
            0 => SocketTimer.None,
            1 => SocketTimer.Retransmit,
            2 => SocketTimer.KeepAlive,
            3 => SocketTimer.TimeWait,
            4 => SocketTimer.Probe,
            _ => null,
        };
        timer = mapped.GetValueOrDefault();
        return mapped is not null;
    }

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
