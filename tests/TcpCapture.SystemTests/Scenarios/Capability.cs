using System.Runtime.InteropServices;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>Runs an action on a thread without a capability.</summary>
internal static partial class Capability
{
    public const int NetAdmin = 12; // CAP_NET_ADMIN

    private const uint Version3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3

    public static void Without(int capability, Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Drop(capability);
                action();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static unsafe void Drop(int capability)
    {
        var header = stackalloc uint[2] { Version3, 0 }; // 0: the calling thread
        var sets = stackalloc uint[6]; // effective, permitted, inheritable; low words, then high words
        if (Get(header, sets) != 0) throw new InvalidOperationException($"capget: {Marshal.GetLastPInvokeErrorMessage()}");
        sets[0] &= ~(1u << capability);
        if (Set(header, sets) != 0) throw new InvalidOperationException($"capset: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static unsafe partial int Get(uint* header, uint* sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static unsafe partial int Set(uint* header, uint* sets);
}
