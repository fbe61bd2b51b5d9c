using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Lists the sockets of the calling thread's network namespace over netlink.</summary>
/// <remarks>
/// The kernel filters by port and state. It walks its whole connection table for each port, but only the table of listeners
/// for <see cref="Listeners"/>, so that listing listeners costs the same however many connections there are.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SockDiagLister : ISocketLister
{
    private const int ReplyBufferLength = 64 * 1024; // the kernel fills up to 32 KiB at once
    private const int MaxSockets = 1 << 18; // bounds memory: the rest of a larger table is left out
    private const uint AnyState = uint.MaxValue;
    private const uint ListenState = 1u << 10; // TCP_LISTEN

    public IReadOnlyList<ListedSocket> List(IReadOnlyList<ushort> ports)
    {
        using var socket = SockDiagLookup.OpenSocket();
        var found = new List<ListedSocket>();
        var reply = GC.AllocateArray<byte>(ReplyBufferLength, pinned: true);
        uint sequence = 0;
        foreach (var isV6 in (ReadOnlySpan<bool>)[false, true])
        {
            if (ports.Count == 0) Dump(socket, reply, found, ++sequence, isV6, AnyState);
            foreach (var port in ports)
            {
                Dump(socket, reply, found, ++sequence, isV6, AnyState, source: port);
                Dump(socket, reply, found, ++sequence, isV6, AnyState, remote: port);
            }
        }

        return [.. found.DistinctBy(listed => listed.End)];
    }

    /// <summary>Lists every listener; listeners that share an address (SO_REUSEPORT) are listed one by one.</summary>
    public static IReadOnlyList<ListeningSocket> Listeners()
    {
        using var socket = SockDiagLookup.OpenSocket();
        var found = new List<ListedSocket>();
        var reply = GC.AllocateArray<byte>(ReplyBufferLength, pinned: true);
        Dump(socket, reply, found, sequence: 1, isV6: false, ListenState);
        Dump(socket, reply, found, sequence: 2, isV6: true, ListenState);
        return [.. found.Select(listed => new ListeningSocket(listed.End.Local, listed.Reading.Snapshot.Inode))];
    }

    private static void Dump(
        FileDescriptor socket, byte[] reply, List<ListedSocket> found, uint sequence, bool isV6, uint states,
        ushort source = 0, ushort remote = 0)
    {
        Span<byte> request = stackalloc byte[SockDiagMessage.RequestLength];
        SockDiagDump.WriteRequest(request, isV6, source, remote, sequence, states);
        fixed (byte* question = request, buffer = reply)
        {
            var begin = Timestamp.Now;
            if (Libc.send(socket, question, request.Length, 0) != request.Length) throw Failed(Marshal.GetLastPInvokeError());
            while (true)
            {
                // The kernel continues the dump inside recv(2), so the socket never lacks data before the end of the dump.
                var length = Libc.recv(socket, buffer, reply.Length, Libc.MSG_TRUNC);
                if (length < 0) throw Failed(Marshal.GetLastPInvokeError());
                var datagram = new SockDiagDump(reply.AsSpan(0, (int)Math.Min(length, reply.Length)), sequence);
                var end = Timestamp.Now;
                while (datagram.Next(out var address, out var snapshot))
                    if (found.Count < MaxSockets) found.Add(new ListedSocket(address, new SocketReading(begin, end, snapshot)));
                if (datagram.Error != 0) throw Failed(datagram.Error);
                if (datagram.IsLast) return;
                begin = end;
            }
        }
    }

    private static StateSourceException Failed(int error) => new(
        $"The kernel does not list its TCP sockets ({new Win32Exception(error).Message}): is the kernel module tcp_diag missing?");
}

/// <summary>A listening socket, perhaps at the wildcard address. Its inode in /proc is 0 if no process holds it.</summary>
internal readonly record struct ListeningSocket(Endpoint Local, ulong Inode);
