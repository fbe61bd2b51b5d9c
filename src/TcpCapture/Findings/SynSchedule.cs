using System.Globalization;

namespace TcpCapture.Findings;

/// <summary>The retransmission intervals of an unanswered SYN in a TCP stack.</summary>
/// <param name="Name">Name of the stack in syn-retransmits.csv.</param>
/// <param name="Intervals">Seconds between successive SYNs.</param>
internal sealed record SynSchedule(string Name, IReadOnlyList<double> Intervals)
{
    /// <summary>Tolerated relative deviation: timers fire late under load, and Linux rounds up to its timer wheel.</summary>
    private const double Tolerance = 0.15;

    /// <summary>
    /// Windows retransmits a SYN that an RST refused before connect fails (Microsoft KB 175523). The interval of 0.5 s is
    /// common knowledge; it was not measured.
    /// </summary>
    public static SynSchedule WindowsRefused { get; } = new("windows-refused", [0.5, 0.5, 0.5, 0.5]);

    /// <summary>
    /// The schedules of known stacks. Sources: RFC 1122, RFC 6298; ip-sysctl (Linux); Microsoft KB 2786464 (Windows 7: 3 s,
    /// two retransmissions); <c>tcp_syn_backoff</c> of FreeBSD, xnu (macOS, gives up after 75 s) and DragonFly. Windows 10
    /// and 11 (initial RTO 1 s, four retransmissions) is from reported settings, without a primary source.
    /// </summary>
    public static IReadOnlyList<SynSchedule> Known { get; } =
    [
        new("linux-6.5", [1, 1, 1, 1, 1, 2, 4, 8, 16, 32]),
        new("rfc6298", [1, 2, 4, 8, 16, 32]),
        new("windows", [1, 2, 4, 8]),
        new("bsd", [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 64]),
        new("dragonfly", [1, 2, 4, 4, 4, 8, 16, 16]),
        new("rfc1122", [3, 6]),
    ];

    /// <summary>This machine's schedule, initial RTO 1 s; null without <c>net.ipv4.tcp_syn_retries</c>.</summary>
    public static SynSchedule? FromSettings(IReadOnlyDictionary<string, string> settings)
    {
        if (!TryRead(settings, "net.ipv4.tcp_syn_retries", out var retries)) return null;
        TryRead(settings, "net.ipv4.tcp_syn_linear_timeouts", out var linear);
        return Doubling(linear > 0 ? "linux-6.5" : "rfc6298", (long)retries + linear, linear);
    }

    /// <summary>This machine's SYN-ACK schedule; null without <c>net.ipv4.tcp_synack_retries</c>.</summary>
    public static SynSchedule? ForSynAcks(IReadOnlyDictionary<string, string> settings) =>
        TryRead(settings, "net.ipv4.tcp_synack_retries", out var retries) ? Doubling("linux", retries, 0) : null;

    private static SynSchedule Doubling(string name, long retries, int linear)
    {
        var intervals = new double[(int)Math.Min(retries, 127)];
        for (var i = 0; i < intervals.Length; i++) intervals[i] = After(i);
        return new SynSchedule(name, intervals) { GivesUpAfter = intervals.Sum() + After(intervals.Length) };

        double After(int sent) => sent <= linear ? 1 : Math.Min(Math.Pow(2, sent - linear), 120);
    }

    /// <summary>Seconds from the first SYN until connect fails; null for a schedule of other machines.</summary>
    public double? GivesUpAfter { get; private init; }

    /// <summary>True if every interval is on the schedule.</summary>
    public bool Fits(IReadOnlyList<double> seen)
    {
        if (seen.Count > Intervals.Count) return false;
        for (var i = 0; i < seen.Count; i++)
            if (Math.Abs(seen[i] - Intervals[i]) > Intervals[i] * Tolerance) return false;
        return true;
    }

    private static bool TryRead(IReadOnlyDictionary<string, string> settings, string name, out int value)
    {
        value = 0;
        return settings.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
