using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

/// <summary>Runs in a network namespace of its own thread. The namespace ends with its last socket.</summary>
[SupportedOSPlatform("linux")]
public partial class OtherNamespaceTests
{
    private const int CLONE_NEWNET = 0x40000000;

    [Fact]
    public void ALinkLocalConnectionIsFoundInTheNamespaceOfTheThreadThatCreatedTheSource()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces need Linux");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a network namespace needs root (CAP_SYS_ADMIN)");
        Exception? failure = null;
        // A new thread, because a pooled thread would keep the namespace for other work.
        var thread = new Thread(() =>
        {
            try
            {
                WatchLinkLocalConnection();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    private static void WatchLinkLocalConnection()
    {
        Assert.Equal(0, unshare(CLONE_NEWNET));
        Ip("link set lo up");
        Ip("link add left type veth peer name right");
        Ip("link set left up");
        Ip("link set right up");
        Ip("address add fe80::77/64 dev left nodad");
        using var source = StateSources.Choose(StateSourceChoice.Sampled);
        var sink = new LiveSink();
        source.Start(sink);

        var index = long.Parse(File.ReadLines("/proc/thread-self/net/if_inet6")
            .First(line => line.StartsWith("fe800000000000000000000000000077", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.NumberStyles.HexNumber);
        var address = new IPAddress(IPAddress.Parse("fe80::77").GetAddressBytes(), index);
        using var pair = new LoopbackPair(address, address);
        source.WatchListener(pair.ServerAddress);
        source.Watch(pair.ClientEnd);
        pair.Client.Connect(new IPEndPoint(address, pair.ServerAddress.Port));
        pair.Accept();
        foreach (var (end, state) in new[]
                 {
                     (pair.ListenerEnd, TcpState.Listen), (pair.ClientEnd, TcpState.Established),
                     (pair.ServerEnd, TcpState.Established),
                 })
        {
            Assert.True(
                source.WaitFor(snapshots => snapshots.Of(end)?.State == state, TimeSpan.FromSeconds(5)),
                $"{end} went through: {string.Join(", ", sink.StatesOf(end))}");
        }
    }

    private static void Ip(string arguments)
    {
        using var ip = Process.Start("ip", arguments);
        ip.WaitForExit();
        Assert.Equal(0, ip.ExitCode);
    }
}
