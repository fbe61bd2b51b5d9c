using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>
/// Lists sockets over netlink. The kernel goes through its whole table for each listing but hands out only what has the port asked
/// for, so that it costs by the machine's connections once, and by what is found after that.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SockDiagLister : ISocketLister
{
    private const int ReplyBufferLength = 64 * 1024; // the kernel gathers up to 32 KiB for a reader who has room

    /// <summary>A table larger than that is not listed whole: memory is bounded.</summary>
    private const int MaxSockets = 1 << 18;

    public IReadOnlyList<ListedSocket> List(IReadOnlyList<ushort> ports)
    {
        using var socket = SockDiagLookup.OpenSocket();
        var found = new Dictionary<FourTuple, ListedSocket>();
        var reply = GC.AllocateArray<byte>(ReplyBufferLength, pinned: true);
        uint sequence = 0;
        foreach (var isV6 in (ReadOnlySpan<bool>)[false, true])
        {
            if (ports.Count == 0) Dump(socket, reply, found, isV6, 0, 0, ++sequence);
            foreach (var port in ports)
            {
                Dump(socket, reply, found, isV6, port, 0, ++sequence);
                Dump(socket, reply, found, isV6, 0, port, ++sequence);
            }
        }

        return [.. found.Values];
    }

    private static void Dump(
        FileDescriptor socket, byte[] reply, Dictionary<FourTuple, ListedSocket> found, bool isV6, ushort source, ushort destination, uint sequence)
    {
        Span<byte> request = stackalloc byte[SockDiagMessage.RequestLength];
        SockDiagDump.WriteRequest(request, isV6, source, destination, sequence);
        fixed (byte* question = request, buffer = reply)
        {
            var begin = Timestamp.Now;
            if (Libc.send(socket, question, request.Length, 0) != request.Length) throw Failed(Marshal.GetLastPInvokeError());
            while (true)
            {
                // A dump goes on inside recv(2): there is always something to take until its end has come.
                var length = Libc.recv(socket, buffer, reply.Length, Libc.MSG_TRUNC);
                if (length < 0) throw Failed(Marshal.GetLastPInvokeError());
                var datagram = new SockDiagDump(reply.AsSpan(0, (int)Math.Min(length, reply.Length)), sequence);
                var end = Timestamp.Now;
                while (datagram.Next(out var four, out var view))
                    if (found.Count < MaxSockets) found.TryAdd(four, new ListedSocket(four, new SocketReading(begin, end, view)));
                if (datagram.Error != 0) throw Failed(datagram.Error);
                if (datagram.IsLast) return;
                begin = end;
            }
        }
    }

    private static StateSourceException Failed(int error) =>
        new($"The kernel does not list its TCP sockets ({new Win32Exception(error).Message}): what there was before the recording stays unknown.");
}
