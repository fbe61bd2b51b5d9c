using System.Globalization;
using TcpCapture.SystemTests.States.Tracing;

namespace TcpCapture.SystemTests.Correlation;

/// <summary>A state change, from a row of timeline.csv or a line of the kernel's text.</summary>
/// <param name="LocalPort">Port of the socket; 0 for CLOSED→SYN_SENT, which the kernel reports before it chooses a port.</param>
/// <param name="RemotePort">Port of its peer; 0 for a listener.</param>
/// <param name="Old">State before.</param>
/// <param name="New">State after; TIME_WAIT where a mini-socket takes over, which the kernel reports as CLOSE.</param>
internal readonly record struct TimelineTransition(int LocalPort, int RemotePort, string Old, string New)
{
    /// <summary>True if the full socket ends and a mini-socket continues the connection.</summary>
    public bool LeavesMiniSocket => (Old, New) is ("FIN_WAIT_2" or "CLOSING", "TIME_WAIT");

    /// <summary>True for a change that the kernel reports too late: the timeline has it at the SYN-ACK instead.</summary>
    public bool IsLateSynRecv => (Old, New) is ("LISTEN", "SYN_RECV");

    public static TimelineTransition From(TextTransition text)
    {
        var (from, to) = (Name(text.Old), Name(text.New));
        if (from is "FIN_WAIT_2" or "CLOSING" && to == "CLOSED") to = "TIME_WAIT";
        return Make(text.SourcePort, text.DestinationPort, from, to);
    }

    public static TimelineTransition From(IReadOnlyDictionary<string, string> row) =>
        Make(Port(row["from"]), Port(row["to"]), row["old_state"], row["new_state"]);

    private static TimelineTransition Make(int local, int remote, string from, string to) =>
        new(to == "SYN_SENT" ? 0 : local, remote, from, to);

    private static int Port(string endpoint) =>
        endpoint.Length == 0 ? 0 : int.Parse(endpoint.AsSpan(endpoint.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    private static string Name(string kernel) => kernel switch
    {
        "CLOSE" => "CLOSED",
        "FIN_WAIT1" => "FIN_WAIT_1",
        "FIN_WAIT2" => "FIN_WAIT_2",
        _ => kernel,
    };
}
