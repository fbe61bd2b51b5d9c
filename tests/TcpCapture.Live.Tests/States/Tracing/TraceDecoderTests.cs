using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.Tracing;

public partial class TraceDecoderTests
{
    [Fact]
    public void EveryRecordEqualsTheKernelsTextOutput()
    {
        var decoder = RecordedTrace.Decoder();
        var events = RecordedTrace.Decode(RecordedTrace.Bytes("cpu0.page"), decoder);
        var lines = RecordedTrace.Text("both.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length, events.Count);
        Assert.Equal(0, decoder.Unreadable);
        foreach (var (line, trace) in lines.Zip(events))
        {
            var match = Line().Match(line);
            Assert.True(match.Success, line);
            Assert.Equal(match.Groups["time"].Value.Replace(".", ""), Microseconds(trace.Time));
            Assert.Equal(match.Groups["name"].Value, Tracepoint.All.Single(t => t.Kind == trace.Kind).Name);
            Assert.Equal(int.Parse(match.Groups["thread"].Value, CultureInfo.InvariantCulture), trace.ThreadId);
            if (trace.Kind == KernelEventKind.SendReset)
            {
                Assert.Contains($"src={trace.Local} dest={trace.Remote} ", line);
                Assert.EndsWith($"reason={trace.Reason}", line);
                continue;
            }

            Assert.Contains($"sport={trace.Local.Port} dport={trace.Remote.Port} ", line);
            Assert.Contains($"saddr={trace.Local.ToIPAddress()} daddr={trace.Remote.ToIPAddress()} ", line);
            if (trace.Kind == KernelEventKind.StateChange)
                Assert.EndsWith($"oldstate={KernelName(trace.OldState)} newstate={KernelName(trace.NewState)}", line);
            if (trace.Kind == KernelEventKind.SocketError) Assert.EndsWith($"error={trace.Errno}", line);
        }
    }

    [Fact]
    public void TheSocketAddressLinksTheEventWithoutAPortToTheNext()
    {
        var events = RecordedTrace.Decode(RecordedTrace.Bytes("cpu0.page"), RecordedTrace.Decoder());
        var opened = events.Where(trace => trace.NewState == TcpState.SynSent).ToArray();
        Assert.Equal(2, opened.Length);
        foreach (var trace in opened)
        {
            Assert.Equal(0, trace.Local.Port);
            var next = events.SkipWhile(e => e != trace).Skip(1).First(e => e.SocketAddress == trace.SocketAddress);
            Assert.Equal((TcpState.SynSent, TcpState.Established), (next.OldState, next.NewState));
            Assert.NotEqual(0, next.Local.Port);
        }
    }

    [Fact]
    public void TheClockOffsetIsSubtracted()
    {
        var page = RecordedTrace.Bytes("cpu0.page");
        var plain = RecordedTrace.Decode(page, RecordedTrace.Decoder());
        var shifted = RecordedTrace.Decode(page, RecordedTrace.Decoder(clockOffset: 37_000_000_000));
        Assert.All(plain.Zip(shifted), pair => Assert.Equal(37_000_000_000, pair.First.Time - pair.Second.Time));
    }

    [Fact]
    public void RecordsOfOtherPortsAreDropped() =>
        Assert.Empty(RecordedTrace.Decode(RecordedTrace.Bytes("cpu0.page"), RecordedTrace.Decoder(port: 1)));

    [Fact]
    public void AnUnknownStateIsReadAsUnknown()
    {
        var page = RecordedTrace.Bytes("cpu0.page");
        var field = RecordedTrace.Format("inet_sock_set_state").Find("newstate")!.Value;
        page[16 + 4 + field.Offset] = 77; // of the first record
        var trace = RecordedTrace.Decode(page, RecordedTrace.Decoder())[0];
        Assert.Equal((TcpState.Closed, (TcpState?)null), (trace.OldState, trace.NewState));
    }

    [Fact]
    public void AMappedIPv4AddressIsIPv4()
    {
        var page = RecordedTrace.Bytes("cpu0.page");
        var field = RecordedTrace.Format("inet_sock_set_state").Find("family")!.Value;
        page[16 + 4 + field.Offset] = 10; // AF_INET6: the record already has the mapped address
        var trace = RecordedTrace.Decode(page, RecordedTrace.Decoder())[0];
        Assert.Equal(Endpoint.From(IPAddress.Loopback, RecordedTrace.Port), trace.Local);
    }

    [Fact]
    public void DamagedPagesNeitherThrowNorHang()
    {
        var random = new Random(1);
        foreach (var name in new[] { "cpu0.page", "overrun.page" })
        {
            var whole = RecordedTrace.Bytes(name);
            var decoder = RecordedTrace.Decoder();
            for (var length = 0; length < whole.Length; length += 7) RecordedTrace.Decode(whole.AsSpan(0, length), decoder);
            for (var round = 0; round < 3000; round++)
            {
                var bytes = (byte[])whole.Clone();
                for (var flips = random.Next(1, 40); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                Assert.InRange(RecordedTrace.Decode(bytes, decoder).Count, 0, bytes.Length / 4);
            }

            Assert.True(decoder.Unreadable > 0);
        }
    }

    [GeneratedRegex(@"-(?<thread>\d+) +\[000\].* (?<time>\d+\.\d{6}): (?<name>\w+): ")]
    private static partial Regex Line();

    /// <summary>Rounded, as the kernel prints them.</summary>
    private static string Microseconds(Timestamp time) => ((time.Nanoseconds + 500) / 1000).ToString(CultureInfo.InvariantCulture);

    private static string KernelName(TcpState? state) => "TCP_" + state switch
    {
        TcpState.Closed => "CLOSE",
        TcpState.FinWait1 => "FIN_WAIT1",
        TcpState.FinWait2 => "FIN_WAIT2",
        _ => state!.Value.ToRfcName(),
    };
}
