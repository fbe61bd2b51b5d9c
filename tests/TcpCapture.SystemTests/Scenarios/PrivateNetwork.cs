using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>Runs an action in a new network namespace, which ends with its thread.</summary>
internal static partial class PrivateNetwork
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET

    public static T Run<T>(Func<T> action)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0) throw new InvalidOperationException($"unshare: {Marshal.GetLastPInvokeErrorMessage()}");
                using (var ip = Process.Start("ip", "link set lo up")) ip.WaitForExit();
                result = action();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
