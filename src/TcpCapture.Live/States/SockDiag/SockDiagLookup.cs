using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Queries the kernel for single sockets over netlink, in the network namespace of the thread that created it.</summary>
/// <remarks>The kernel answers inside send(2), so recv(2) never waits.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SockDiagLookup : ISocketLookup
{
    private const int ReplyBufferLength = 8192;
    private const int MaxForeignAnswers = 16; // late replies to failed requests that are skipped

    private readonly FileDescriptor _socket;
    private readonly byte[] _request = GC.AllocateArray<byte>(SockDiagMessage.RequestLength, pinned: true);
    private readonly byte[] _reply = GC.AllocateArray<byte>(ReplyBufferLength, pinned: true);
    private readonly uint[] _linkLocalInterfaces = LinkLocalInterfaces.Read();
    private uint _sequence;

    public SockDiagLookup() => _socket = OpenSocket();

    /// <summary>Throws if the kernel does not answer queries for TCP sockets.</summary>
    public static void Probe()
    {
        using var lookup = new SockDiagLookup();
        lookup.Ask();
    }

    public bool TrySample(in FourTuple end, out SocketReading reading)
    {
        var begin = Timestamp.Now;
        var answer = Query(end, 0, out var snapshot);
        if (answer == SockDiagAnswer.Absent && IsLinkLocal(end))
        {
            // A link-local socket is bound to an interface and found only with its index.
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

    internal void Ask(byte protocol = 6)
    {
        SockDiagMessage.WriteProbe(_request, ++_sequence, protocol);
        var answer = Exchange(default, out _, out var error);
        if (answer != SockDiagAnswer.Done)
            throw Unavailable("the kernel does not answer queries for TCP sockets (is the module tcp_diag missing?)", error);
    }

    private static bool IsLinkLocal(in FourTuple end)
    {
        if (!end.Local.IsV6) return false;
        Span<byte> address = stackalloc byte[16];
        end.Local.WriteAddress(address);
        return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
    }

    /// <summary>Opens a netlink socket that receives only from the kernel.</summary>
    internal static FileDescriptor OpenSocket()
    {
        var socket = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, Libc.NETLINK_SOCK_DIAG);
        if (socket.IsInvalid) throw Unavailable("a netlink socket cannot be opened", Marshal.GetLastPInvokeError());
        // Port 0 is the kernel: a connected socket receives nothing from other processes. struct sockaddr_nl:
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
                // With MSG_TRUNC, recv returns the full length of a datagram that did not fit.
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
