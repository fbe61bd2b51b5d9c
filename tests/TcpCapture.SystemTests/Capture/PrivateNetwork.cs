using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TcpCapture.SystemTests.Capture;

/// <summary>
/// Runs a test on its own thread in its own network namespace. The unnamed namespace ends with the last thread, socket
/// and process in it, so nothing needs cleaning up.
/// </summary>
internal static partial class PrivateNetwork
{
    private const int NewNetwork = 0x40000000;
    private const int OperationNotPermitted = 1;

    /// <summary>Runs <paramref name="test"/> with <c>lo</c> up; skips it where a namespace cannot be created.</summary>
    public static void Run(Action test)
    {
        var denied = false;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0)
                {
                    denied = Marshal.GetLastPInvokeError() == OperationNotPermitted;
                    if (!denied) throw new InvalidOperationException($"unshare: error {Marshal.GetLastPInvokeError()}");
                    return;
                }

                Ip("link set lo up");
                test();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        Assert.SkipWhen(denied, "creating a network namespace needs CAP_SYS_ADMIN");
    }

    /// <summary>Runs ip(8) in the namespace of the calling thread.</summary>
    public static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {error}");
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
