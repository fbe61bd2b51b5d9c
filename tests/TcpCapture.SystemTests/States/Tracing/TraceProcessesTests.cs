using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States.Tracing;

[SupportedOSPlatform("linux")]
public class TraceProcessesTests
{
    /// <summary>
    /// A forked child has its parent's name until its exec(2). An interrupt may read that name, but the child's first connect
    /// has the new name.
    /// </summary>
    [Fact]
    public void AProgramHasItsOwnNameAtItsFirstConnect()
    {
        var processes = new TraceProcesses("/sys/kernel/tracing");
        if (!processes.SeesAll) return; // /proc does not have the thread numbers of the trace
        using var child = Process.Start(new ProcessStartInfo("sh", ["-c", "read line; exec sleep 60"]) { RedirectStandardInput = true })!;
        try
        {
            var interrupted = new KernelEvent
            {
                Kind = KernelEventKind.StateChange,
                Time = new Timestamp(1),
                Local = default,
                Remote = default,
                ThreadId = child.Id,
                OldState = TcpState.FinWait1,
                NewState = TcpState.FinWait2,
            };
            Assert.Equal("sh", processes.Name(interrupted).ProcessName);
            child.StandardInput.WriteLine();
            var comm = string.Create(CultureInfo.InvariantCulture, $"/proc/{child.Id}/comm");
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(comm) == "sleep\n", TimeSpan.FromSeconds(20)));
            Assert.Equal("sleep", processes.Name(interrupted with { OldState = TcpState.Closed, NewState = TcpState.SynSent }).ProcessName);
            Assert.Equal("sleep", processes.Name(interrupted).ProcessName);
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }
}
