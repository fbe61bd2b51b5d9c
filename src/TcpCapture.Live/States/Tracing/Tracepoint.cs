using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>A tracepoint of the kernel that is worth having.</summary>
/// <param name="Group">Its folder under <c>events</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it tells.</param>
internal sealed record Tracepoint(string Group, string Name, KernelEventKind Kind)
{
    private const int InternetProtocol4 = 0x0800;
    private const int InternetProtocol6 = 0x86dd;

    /// <summary>A filter of more is longer than the kernel takes.</summary>
    private const int MaxPorts = 32;

    /// <summary>All of them; without the first there is no trace, the others are left out where a kernel lacks them.</summary>
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

    /// <summary>
    /// What the kernel is told to leave out; null if it cannot tell. tcp_send_reset has its ports inside of a sockaddr (since
    /// Linux 6.10), which a filter cannot look into: resets are narrowed when they are read.
    /// </summary>
    public string? FilterFor(IReadOnlyList<ushort> ports, TraceFormat format)
    {
        if (Kind == KernelEventKind.Drop)
        {
            return format.Find("protocol") is null ? null : string.Create(
                CultureInfo.InvariantCulture, $"protocol=={InternetProtocol4}||protocol=={InternetProtocol6}");
        }

        var own = format.Find("sport") is null || format.Find("dport") is null || ports.Count is 0 or > MaxPorts ? null : string.Create(
            CultureInfo.InvariantCulture, $"({string.Join("||", ports.Select(port => $"sport=={port}||dport=={port}"))})");
        if (format.Find("protocol") is null) return own;
        return own is null ? "protocol==6" : own + "&&protocol==6";
    }

    /// <summary>Adds those that are wanted to a trace.</summary>
    /// <returns>How their records are read.</returns>
    /// <exception cref="TcpCaptureException">The kernel lacks the one that matters.</exception>
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
