using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>
/// Asks the kernel for single sockets over netlink. It sees the network namespace of the thread that made it.
/// The kernel answers inside send(2), so that recv(2) never has to wait.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SockDiagLookup : ISocketLookup
{
    private const int ReplyBufferLength = 8192;

    // Late answers to questions that failed are passed over, but not without end.
    private const int MaxForeignAnswers = 16;

    private readonly FileDescriptor _socket;
    private readonly byte[] _request = GC.AllocateArray<byte>(SockDiagMessage.RequestLength, pinned: true);
    private readonly byte[] _reply = GC.AllocateArray<byte>(ReplyBufferLength, pinned: true);
    private readonly uint[] _linkLocalInterfaces = LinkLocalInterfaces.Read();
    private uint _sequence;

    /// <exception cref="TcpCaptureException">The kernel has no sock_diag, or forbids it.</exception>
    public SockDiagLookup()
    {
        _socket = OpenSocket();
    }

    /// <summary>Returns if the kernel answers questions about TCP sockets here.</summary>
    /// <exception cref="TcpCaptureException">It does not; the message says why.</exception>
    public static void Probe()
    {
        using var lookup = new SockDiagLookup();
        lookup.Ask();
    }

    public void BeginRound()
    {
    }

    public bool TrySample(in FourTuple end, out SocketReading reading)
    {
        var begin = Timestamp.Now;
        var answer = Query(end, 0, out var snapshot);
        if (answer == SockDiagAnswer.Absent && IsLinkLocal(end))
        {
            // Such a socket is bound to its interface, and only found with it.
            foreach (var index in _linkLocalInterfaces)
            {
                answer = Query(end, index, out snapshot);
                if (answer != SockDiagAnswer.Absent) break;
            }
        }

        reading = new SocketReading(begin, Timestamp.Now, snapshot);
        return answer is SockDiagAnswer.Socket or SockDiagAnswer.Absent;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Asks for a dump of nothing, see <see cref="SockDiagMessage.WriteProbe"/>.</summary>
    internal void Ask(byte protocol = 6)
    {
        SockDiagMessage.WriteProbe(_request, ++_sequence, protocol);
        var answer = Exchange(default, out _, out var error);
        if (answer != SockDiagAnswer.Done)
        {
            throw Unavailable("the kernel does not answer questions about TCP sockets (module tcp_diag)", error);
        }
    }

    private static bool IsLinkLocal(in FourTuple end)
    {
        if (!end.Local.IsV6) return false;
        Span<byte> address = stackalloc byte[16];
        end.Local.WriteAddress(address);
        return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
    }

    /// <summary>A socket on which the kernel answers, and nobody else.</summary>
    /// <exception cref="TcpCaptureException">The kernel has no sock_diag, or forbids it.</exception>
    internal static FileDescriptor OpenSocket()
    {
        var socket = Libc.socket(
            Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, Libc.NETLINK_SOCK_DIAG);
        if (socket.IsInvalid) throw Unavailable("a netlink socket cannot be opened", Marshal.GetLastPInvokeError());
        // Connected to port 0, the kernel, it takes nothing from other processes. struct sockaddr_nl:
        var kernel = stackalloc ushort[6] { Libc.AF_NETLINK, 0, 0, 0, 0, 0 };
        if (Libc.connect(socket, kernel, 12) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            socket.Dispose();
            throw Unavailable("netlink cannot be used", error);
        }

        return socket;
    }

    private static StateSourceException Unavailable(string what, int error) =>
        new(error == 0 ? what : $"{what}: {new Win32Exception(error).Message}");

    private SockDiagAnswer Query(in FourTuple end, uint interfaceIndex, out SocketSnapshot snapshot)
    {
        SockDiagMessage.WriteLookup(_request, end, ++_sequence, interfaceIndex);
        return Exchange(end, out snapshot, out _);
    }

    private SockDiagAnswer Exchange(in FourTuple question, out SocketSnapshot snapshot, out int error)
    {
        snapshot = SocketSnapshot.Absent;
        fixed (byte* request = _request, reply = _reply)
        {
            if (Libc.send(_socket, request, _request.Length, 0) != _request.Length) return Failed(out error);
            for (var i = 0; i < MaxForeignAnswers; i++)
            {
                // MSG_TRUNC: tells the whole length of a datagram that did not fit.
                var length = Libc.recv(_socket, reply, _reply.Length, Libc.MSG_TRUNC);
                if (length < 0) return Failed(out error);
                if (length > _reply.Length) break;
                var answer = SockDiagMessage.Read(_reply.AsSpan(0, (int)length), question, _sequence, out snapshot, out error);
                if (answer != SockDiagAnswer.Foreign) return answer;
            }
        }

        error = 0;
        return SockDiagAnswer.Malformed;
    }

    private static SockDiagAnswer Failed(out int error)
    {
        error = Marshal.GetLastPInvokeError();
        return SockDiagAnswer.Refused;
    }
}
