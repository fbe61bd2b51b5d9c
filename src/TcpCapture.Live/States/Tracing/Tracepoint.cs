using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>A tracepoint of the kernel that is traced.</summary>
internal sealed record Tracepoint(string Group, string Name, KernelEventKind Kind)
{
    private const int InternetProtocol4 = 0x0800;
    private const int InternetProtocol6 = 0x86dd;
    private const int MaxPorts = 32; // a filter of more ports is too long for the kernel

    /// <summary>All tracepoints. The first is required; the others are skipped if the kernel lacks them.</summary>
    public static IReadOnlyList<Tracepoint> All { get; } =
    [
        new("sock", "inet_sock_set_state", KernelEventKind.StateChange),
        new("tcp", "tcp_send_reset", KernelEventKind.SendReset),
        new("tcp", "tcp_receive_reset", KernelEventKind.ReceiveReset),
        new("tcp", "tcp_retransmit_skb", KernelEventKind.RetransmitSegment),
        new("tcp", "tcp_retransmit_synack", KernelEventKind.RetransmitSynAck),
        new("tcp", "tcp_destroy_sock", KernelEventKind.DestroySocket),
        new("sock", "inet_sk_error_report", KernelEventKind.SocketError),
        new("skb", "kfree_skb", KernelEventKind.Drop),
    ];

    /// <summary>The filter that the kernel applies; null if it cannot filter this tracepoint.</summary>
    /// <remarks>The kernel cannot filter tcp_send_reset, whose ports are in a sockaddr (since Linux 6.10): the decoder does.</remarks>
    public string? FilterFor(IReadOnlyList<ushort> ports, TraceFormat format)
    {
        if (Kind == KernelEventKind.Drop) return DropFilter(format);
        var own = format.Find("sport") is null || format.Find("dport") is null || ports.Count is 0 or > MaxPorts ? null : string.Create(
            CultureInfo.InvariantCulture, $"({string.Join("||", ports.Select(port => $"sport=={port}||dport=={port}"))})");
        if (format.Find("protocol") is null) return own;
        return own is null ? "protocol==6" : own + "&&protocol==6";
    }

    /// <summary>Reasons that are no loss for TCP: other protocols, sockets that were closed, what sniffers and duplicates cause.</summary>
    private static readonly HashSet<string> s_harmless = new(StringComparer.Ordinal)
    {
        "NOT_SPECIFIED", "CONSUMED", "SOCKET_CLOSE", "SOCKET_FILTER", "SOCKET_RCVBUFF", "OTHERHOST", "PACKET_SOCK_ERROR",
        "UDP_CSUM", "UNIX_DISCONNECT", "UNIX_SKIP_OOB", "UNHANDLED_PROTO", "TCP_OFOMERGE", "TCP_OLD_DATA", "TCP_OLD_ACK", "ICMP_CSUM",
        "TCP_RESET", "QUEUE_PURGE", "DUP_FRAG", "FRAG_REASM_TIMEOUT", "IP_NOPROTO",
    };

    /// <summary>IP packets that were dropped for a reason that matters; null if this kernel gives no reasons (before 5.17).</summary>
    private static string? DropFilter(TraceFormat format)
    {
        if (format.Find("protocol") is null) return null;
        var text = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture, $"(protocol=={InternetProtocol4}||protocol=={InternetProtocol6})"));
        if (format.Find("reason") is null) return text.ToString();
        foreach (var (number, name) in format.SymbolsOf("reason"))
            if (s_harmless.Contains(name)) text.Append(CultureInfo.InvariantCulture, $"&&reason!={number}");
        return text.ToString();
    }

    /// <summary>Adds the tracepoints to a trace and returns the layouts of their records.</summary>
    [SupportedOSPlatform("linux")]
    public static List<TraceLayout> AddTo(TraceSetup setup, TraceFilter filter)
    {
        var layouts = new List<TraceLayout>();
        foreach (var tracepoint in All)
        {
            if (tracepoint.Kind == KernelEventKind.Drop && !filter.Drops) continue;
            if (setup.Add(tracepoint.Group, tracepoint.Name, format => tracepoint.FilterFor(filter.Ports, format)) is { } format)
                layouts.Add(new TraceLayout(tracepoint.Kind, format));
            else if (tracepoint.Kind == KernelEventKind.StateChange)
                throw new StateSourceException($"this kernel has no tracepoint {tracepoint.Group}/{tracepoint.Name} (Linux 4.16)");
        }

        return layouts;
    }
}

/// <summary>What is traced: sockets with one of these ports at either end (none: every port), and optionally dropped packets.</summary>
/// <remarks>The kernel cannot filter drops by port: <see cref="TraceDecoder.MaxDropsPerSecond"/> limits them.</remarks>
internal sealed record TraceFilter(IReadOnlyList<ushort> Ports, bool Drops = false);
