using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.Tracing;

[SupportedOSPlatform("linux")]
public class TraceFormatTests
{
    [Fact]
    public void FieldsAndNumberAreRead()
    {
        var format = RecordedTrace.Format("inet_sock_set_state");
        Assert.Equal(2287, format.Id);
        Assert.Equal(new TraceField("skaddr", 8, 8, false), format.Find("skaddr"));
        Assert.Equal(new TraceField("common_pid", 4, 4, true), format.Find("common_pid"));
        Assert.Equal(new TraceField("saddr_v6", 40, 16, false), format.Find("saddr_v6"));
        Assert.Null(format.Find("reason"));
    }

    [Fact]
    public void NamesOfNumbersAreRead()
    {
        var reasons = RecordedTrace.Format("tcp_send_reset").SymbolsOf("reason");
        Assert.Equal(("NOT_SPECIFIED", "TCP_STATE", "MAX"), (reasons[0], reasons[14], reasons[25]));
        Assert.Equal("TCP_NEW_SYN_RECV", RecordedTrace.Format("inet_sock_set_state").SymbolsOf("oldstate")[12]);
        // The keys of this list are names of a C enum, not numbers.
        Assert.Empty(RecordedTrace.Format("tcp_send_reset").SymbolsOf("state"));
        Assert.True(RecordedTrace.Format("kfree_skb").SymbolsOf("reason").Count > 100);
    }

    [Fact]
    public void TheKernelFiltersPortsIfItCan()
    {
        var filters = Tracepoint.All.ToDictionary(t => t.Name, t => t.FilterFor([80], RecordedTrace.Format(t.Name)));
        Assert.Equal("(sport==80||dport==80)&&protocol==6", filters["inet_sock_set_state"]);
        Assert.Equal("(sport==80||dport==80)", filters["tcp_retransmit_skb"]);
        Assert.Null(filters["tcp_send_reset"]);
        Assert.StartsWith("(protocol==2048||protocol==34525)&&", filters["kfree_skb"], StringComparison.Ordinal);
    }

    /// <summary>What other protocols, sniffers and ends of sockets drop is no loss; a loss of TCP passes the filter.</summary>
    [Fact]
    public void HarmlessDropsAreFilteredByTheKernelWithItsOwnNumbers()
    {
        var format = RecordedTrace.Format("kfree_skb");
        var filter = Tracepoint.All.Single(tracepoint => tracepoint.Kind == KernelEventKind.Drop).FilterFor([80], format)!;
        var left = filter.Split("&&")[1..].Select(term => term["reason!=".Length..]).ToHashSet();
        var reasons = format.SymbolsOf("reason").ToDictionary(
            reason => reason.Value, reason => reason.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.All(["NOT_SPECIFIED", "SOCKET_FILTER", "OTHERHOST", "TCP_OLD_DATA"], name => Assert.Contains(reasons[name], left));
        Assert.All(
            ["NETFILTER_DROP", "NO_SOCKET", "TCP_LISTEN_OVERFLOW", "IP_RPFILTER", "TCP_ZEROWINDOW", "PROTO_MEM", "TCP_RFC7323_PAWS"],
            name => Assert.DoesNotContain(reasons[name], left));
        Assert.InRange(filter.Length, 1, 4000); // the kernel takes less than a page
    }

    [Fact]
    public void SeveralPortsAreOneFilterAndTooManyOrNoPortsAreNone()
    {
        var format = RecordedTrace.Format("inet_sock_set_state");
        var changes = Tracepoint.All[0];
        Assert.Equal("(sport==80||dport==80||sport==443||dport==443)&&protocol==6", changes.FilterFor([80, 443], format));
        Assert.Equal("protocol==6", changes.FilterFor([], format));
        Assert.Equal("protocol==6", changes.FilterFor([.. Enumerable.Range(1, 33).Select(port => (ushort)port)], format));
    }

    [Fact]
    public void HeaderPageHasTheOffsetOfTheEvents() =>
        Assert.Equal((16, 4096), TraceSetup.ParseHeaderPage(RecordedTrace.Text("header_page")));

    [Theory]
    [InlineData("")]
    [InlineData("ID: x")]
    [InlineData("ID: 99999")]
    [InlineData("ID: 1\n\tfield:int a;\toffset:-1;\tsize:4;\tsigned:1;")]
    [InlineData("ID: 1\n\tfield:int a;\toffset:0;\tsize:99999999999;\tsigned:1;")]
    [InlineData("ID: 1\n\tfield:;\toffset:0;\tsize:4;\tsigned:1;")]
    [InlineData("ID: 1\n\tfield:int a")]
    public void MalformedDescriptionsAreRefusedInOneLine(string text)
    {
        var thrown = Assert.Throws<StateSourceException>(() => TraceFormat.Parse("tcp_x", text));
        Assert.Contains("tcp_x", thrown.Message);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Fact]
    public void DamagedDescriptionsAreReadOrRefused()
    {
        var random = new Random(1);
        var text = RecordedTrace.Text("tcp_send_reset.format");
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var characters = text[..random.Next(text.Length)].ToCharArray();
            for (var i = random.Next(20); i > 0 && characters.Length > 0; i--)
                characters[random.Next(characters.Length)] = (char)random.Next(32, 127);
            try
            {
                _ = new TraceLayout(KernelEventKind.SendReset, TraceFormat.Parse("tcp_send_reset", new string(characters)));
            }
            catch (StateSourceException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 2999);
    }
}
