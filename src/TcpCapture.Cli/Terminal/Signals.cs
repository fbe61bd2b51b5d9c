using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>Sends a signal to a process of ours.</summary>
internal static partial class Signals
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    public static void Send(int process, PosixSignal signal) =>
        _ = Kill(process, signal == PosixSignal.SIGINT ? Interrupt : Terminate);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
