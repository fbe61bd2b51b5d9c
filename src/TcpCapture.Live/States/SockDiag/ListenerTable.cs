using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>
/// Every listening socket of the network namespace of the thread that asks. Only the listeners' hash is walked, so it costs the
/// same however many connections there are.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class ListenerTable
{
    private const int ReplyLength = 32768; // what the kernel fills at most in one go

    /// <summary>No host has as many; a walk must end all the same.</summary>
    private const int MaxListeners = 1 << 20;

    private uint _sequence;

    /// <summary>Reads it.</summary>
    /// <exception cref="TcpCaptureException">The kernel has no sock_diag, or does not answer.</exception>
    public IReadOnlyList<ListeningSocket> Read()
    {
        var found = new List<ListeningSocket>();
        using var socket = SockDiagLookup.OpenSocket();
        foreach (var isV6 in (ReadOnlySpan<bool>)[false, true]) Dump(socket, isV6, found);
        return found;
    }

    private void Dump(FileDescriptor socket, bool isV6, List<ListeningSocket> found)
    {
        var request = stackalloc byte[SockDiagMessage.RequestLength];
        SockDiagMessage.WriteListenerDump(new Span<byte>(request, SockDiagMessage.RequestLength), ++_sequence, isV6);
        if (Libc.send(socket, request, SockDiagMessage.RequestLength, 0) != SockDiagMessage.RequestLength) throw Unanswered(Marshal.GetLastPInvokeError());
        var reply = new byte[ReplyLength];
        while (found.Count < MaxListeners)
        {
            nint length;
            fixed (byte* bytes = reply) length = Libc.recv(socket, bytes, ReplyLength, Libc.MSG_TRUNC);
            if (length < 0 || length > ReplyLength) throw Unanswered(length < 0 ? Marshal.GetLastPInvokeError() : 0);
            switch (SockDiagMessage.ReadListeners(reply.AsSpan(0, (int)length), _sequence, found))
            {
                case SockDiagAnswer.Done: return;
                case SockDiagAnswer.Socket or SockDiagAnswer.Foreign: break;
                default: throw Unanswered(0);
            }
        }
    }

    private static StateSourceException Unanswered(int error) => new(
        $"The kernel does not say who listens (sock_diag{(error == 0 ? "" : $": {Marshal.GetPInvokeErrorMessage(error)}")}): "
        + "is the module tcp_diag missing?");
}
