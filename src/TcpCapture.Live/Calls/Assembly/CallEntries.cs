using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>Handles the entry records of system calls.</summary>
internal sealed class CallEntries(ClosingCalls closing)
{
    private const uint CloseRangeCloseOnExec = 4;
    private const uint SetCloseOnExec = 0x5451; // FIOCLEX
    private const int SetDescriptorFlags = 2; // F_SETFD

    /// <summary>Processes an entry; a call on a socket becomes the current call of the thread.</summary>
    public void Enter(ProgramThread thread, in CallRecord enter)
    {
        var descriptor = (int)enter.A;
        switch (enter.Call)
        {
            case SystemCall.Socket or SystemCall.Dup or SystemCall.Dup2 or SystemCall.Dup3 or SystemCall.IoUringSetup:
                break; // handled at the exit
            case SystemCall.ExitGroup:
                thread.Process.Status ??= descriptor & 0xff;
                break;
            case SystemCall.Fcntl:
                if (enter.B == SetDescriptorFlags) thread.Descriptors.SetCloseOnExec(descriptor, (enter.C & 1) != 0);
                break;
            case SystemCall.Ioctl:
                thread.Descriptors.SetCloseOnExec(descriptor, (uint)enter.B == SetCloseOnExec);
                break;
            case SystemCall.Close:
                // The kernel may reuse the descriptor before this call returns.
                if (thread.Descriptors.Remove(descriptor) is { } closed) thread.Current = Call(thread, enter, closed, "close");
                break;
            case SystemCall.CloseRange:
                CloseRange(thread, enter);
                break;
            case SystemCall.Splice:
                if (thread.Descriptors.Find(descriptor) is { } source) thread.Current = Call(thread, enter, source, "recv");
                else if (thread.Descriptors.Find((int)enter.B) is { } target) thread.Current = Call(thread, enter, target, "send");
                break;
            default:
                if (thread.Descriptors.Find(descriptor) is not { } socket) break;
                var call = Call(thread, enter, socket, CallWording.NameOf(enter.Call, FlagsOf(enter)));
                if (call.Name == "accept") socket.Queue?.BeginAccept();
                thread.Current = call;
                break;
        }
    }

    public static TracedCall Call(ProgramThread thread, in CallRecord enter, ProgramSocket? socket, string name) => new()
    {
        Id = thread.EnteredId,
        Call = enter.Call,
        Name = name,
        Socket = socket,
        Arguments = CallWording.ArgumentsOf(enter),
        Begin = enter.Time,
        Process = thread.Process.Facts,
    };

    /// <summary>The flags argument of a read or write; 0 if it has none.</summary>
    public static long FlagsOf(in CallRecord enter) => enter.Call switch
    {
        SystemCall.RecvFrom or SystemCall.SendTo => enter.C,
        SystemCall.RecvMsg or SystemCall.RecvMMsg or SystemCall.SendMsg or SystemCall.SendMMsg => enter.B,
        _ => 0,
    };

    private void CloseRange(ProgramThread thread, in CallRecord enter)
    {
        foreach (var descriptor in thread.Descriptors.Between((uint)enter.A, (uint)enter.B))
        {
            if (((uint)enter.C & CloseRangeCloseOnExec) != 0)
            {
                thread.Descriptors.SetCloseOnExec(descriptor, true);
                continue;
            }

            // These rows all have the ID of their one call.
            var call = Call(thread, enter, thread.Descriptors.Remove(descriptor), "close");
            call.Return(enter.Time, 0);
            closing.Return(thread, call);
        }
    }
}
