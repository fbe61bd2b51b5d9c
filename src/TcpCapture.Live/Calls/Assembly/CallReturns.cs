using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>Handles the exit records of system calls, and the transfers reported inside them.</summary>
internal sealed class CallReturns(SocketTable sockets, ClosingCalls closing, CallDelivery delivery, bool reportsTransfers)
{
    private const int Stream = 1; // SOCK_STREAM
    private const int TypeMask = 0xf;
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC, O_CLOEXEC
    private const int Tcp = 6;
    private const int MultipathTcp = 262;
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC

    public void Return(ProgramThread thread, Timestamp time, long result)
    {
        var enter = thread.Entered;
        var call = thread.Current;
        var moved = thread.Moved;
        var hasMoved = thread.HasMoved;
        thread.Leave();
        switch (enter.Call)
        {
            case SystemCall.Socket:
                OpenSocket(thread, enter, time, result);
                break;
            case SystemCall.Accept or SystemCall.Accept4:
                if (call is not null) Accept(thread, call, enter, time, result);
                break;
            case SystemCall.Dup or SystemCall.Dup2 or SystemCall.Dup3 or SystemCall.Fcntl:
                Duplicate(thread, enter, time, result);
                break;
            case SystemCall.Close:
                if (call is null) break;
                call.Return(time, result == -Errno.EAGAIN || Errno.IsRestart(result) ? 0 : result);
                closing.Return(thread, call);
                break;
            case SystemCall.RecvMMsg or SystemCall.SendMMsg when hasMoved:
                End(call, time, result < 0 ? result : moved); // the result counts messages, not bytes
                break;
            default:
                End(call, time, result);
                break;
        }
    }

    /// <summary>Processes a transfer: the current call read from or wrote to a socket.</summary>
    public void Transfer(ProgramThread thread, in CallRecord record)
    {
        var enter = thread.Entered;
        if (enter.Kind != CallRecordKind.Enter) return;
        var call = thread.Current ??= Adopt(thread, enter, record);
        if (call?.Socket is not { } socket) return;
        var identified = sockets.Identify(socket, record.C == MultipathTcp ? 0 : record.SocketAddress);
        if (identified != socket)
        {
            call.Socket = identified;
            Place(thread, Descriptor(enter, record), identified, false);
        }

        thread.Moved += Math.Max(0, record.A);
        thread.HasMoved = true;
        if (reportsTransfers && enter.Call is SystemCall.Read or SystemCall.ReadV or SystemCall.Write or SystemCall.WriteV)
            Return(thread, record.Time, record.A);
    }

    /// <summary>Adopts a descriptor that is a TCP socket, but was obtained in a way that the trace does not show.</summary>
    private TracedCall? Adopt(ProgramThread thread, in CallRecord enter, in CallRecord record)
    {
        if (record.SocketAddress == 0 || record.C == MultipathTcp) return null;
        var name = enter.Call == SystemCall.Splice
            ? record.Kind == CallRecordKind.Sent ? "send" : "recv"
            : CallWording.NameOf(enter.Call, CallEntries.FlagsOf(enter));
        if (name is not ("send" or "recv" or CallWording.Peek)) return null;
        var socket = sockets.Find(record.SocketAddress) ?? sockets.Create(isAccepted: false);
        Place(thread, Descriptor(enter, record), socket, false);
        return CallEntries.Call(thread, enter, socket, name);
    }

    private static int Descriptor(in CallRecord enter, in CallRecord record) =>
        (int)(enter.Call == SystemCall.Splice && record.Kind == CallRecordKind.Sent ? enter.B : enter.A);

    private void Place(ProgramThread thread, int descriptor, ProgramSocket socket, bool closeOnExec)
    {
        // The descriptor was closed in a way that the trace does not show.
        if (thread.Descriptors.Set(descriptor, socket, closeOnExec) is { References: 0 } before) sockets.Forget(before);
    }

    private void OpenSocket(ProgramThread thread, in CallRecord enter, Timestamp time, long result)
    {
        var (family, type, protocol) = ((int)enter.A, (int)enter.B, (int)enter.C);
        if (family is not (2 or 10) || (type & TypeMask) != Stream || protocol is not (0 or Tcp or MultipathTcp)) return;
        ProgramSocket? socket = null;
        if (result >= 0)
        {
            socket = sockets.Create(isAccepted: false, protocol == MultipathTcp);
            Place(thread, (int)result, socket, (type & CloseOnExec) != 0);
        }

        var call = CallEntries.Call(thread, enter, socket, "socket");
        call.Return(time, result);
        if (socket is not null) call.Result = socket.Number;
        delivery.Return(call);
    }

    private void Accept(ProgramThread thread, TracedCall call, in CallRecord enter, Timestamp time, long result)
    {
        var listener = call.Socket!;
        if (result < 0)
        {
            listener.Queue?.FailAccept();
            End(call, time, result);
            return;
        }

        var accepted = sockets.Create(isAccepted: true, listener.IsMultipath);
        Place(thread, (int)result, accepted, enter.Call == SystemCall.Accept4 && (enter.B & CloseOnExec) != 0);
        call.Accepted = accepted;
        call.Return(time, result);
        sockets.Accept(listener, accepted, call.Begin, time);
        delivery.Return(call);
    }

    private void Duplicate(ProgramThread thread, in CallRecord enter, Timestamp time, long result)
    {
        if (result < 0 || (enter.Call == SystemCall.Fcntl && enter.B is not (0 or DuplicateCloseOnExec))) return;
        if ((int)result == (int)enter.A) return;
        var closeOnExec = enter.Call switch
        {
            SystemCall.Fcntl => enter.B == DuplicateCloseOnExec,
            SystemCall.Dup3 => (enter.C & CloseOnExec) != 0,
            _ => false,
        };

        // dup2 closes the descriptor that it replaces.
        var replaced = thread.Descriptors.Remove((int)result);
        if (thread.Descriptors.Find((int)enter.A) is { } socket) thread.Descriptors.Set((int)result, socket, closeOnExec);
        if (replaced is null) return;
        var call = CallEntries.Call(thread, enter, replaced, "close");
        call.Return(time, 0);
        closing.Return(thread, call);
    }

    private void End(TracedCall? call, Timestamp time, long result)
    {
        if (call is null) return;
        var foundNothing = (result == -Errno.EAGAIN && call.Name is "recv" or CallWording.Peek or "send" or "accept")
            || Errno.IsRestart(result);
        if (foundNothing && !call.IsBegunDelivered) return;
        call.Return(time, result);
        if (call is { Name: "connect", Error: not null and not "EINPROGRESS", Socket: { Remote: null } socket })
            socket.IsGivenUp = true;
        if (call is { Socket: { IsSettled: true } settled }) delivery.Release(settled);
        delivery.Return(call);
    }
}
