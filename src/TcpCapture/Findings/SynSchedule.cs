using System.Globalization;

namespace TcpCapture.Findings;

/// <summary>After how many seconds a stack sends an unanswered SYN again.</summary>
/// <param name="Name">Name of the stack, as syn-retransmits.csv writes it.</param>
/// <param name="Intervals">Seconds between one SYN and the next.</param>
internal sealed record SynSchedule(string Name, IReadOnlyList<double> Intervals)
{
    /// <summary>How far an interval may be from the schedule: timers fire late under load, and Linux rounds up to its tick wheel.</summary>
    private const double Tolerance = 0.15;

    /// <summary>
    /// What Windows does when an RST refuses its SYN: it sends it again before connect fails (Microsoft KB 175523). That it waits half a
    /// second each time is common knowledge, not measured here: no Windows was at hand.
    /// </summary>
    public static SynSchedule WindowsRefused { get; } = new("windows-refused", [0.5, 0.5, 0.5, 0.5]);

    /// <summary>
    /// The schedules of known stacks. Sources: RFC 1122, RFC 6298; ip-sysctl (Linux); Microsoft KB 2786464 (Windows 7: 3 s, two
    /// retransmissions); <c>tcp_syn_backoff</c> of FreeBSD and xnu (macOS, which gives up after 75 s), and of DragonFly. That of Windows
    /// 10 and 11 (an initial RTO of 1 s, four retransmissions) is what their settings are said to be, without a source that was read.
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

    /// <summary>What this machine's settings predict: an initial RTO of 1 s, the first timeouts linear, then doubled each.</summary>
    /// <param name="settings">Sysctls by name; without <c>net.ipv4.tcp_syn_retries</c> nothing can be predicted.</param>
    public static SynSchedule? FromSettings(IReadOnlyDictionary<string, string> settings)
    {
        if (!TryRead(settings, "net.ipv4.tcp_syn_retries", out var retries)) return null;
        TryRead(settings, "net.ipv4.tcp_syn_linear_timeouts", out var linear);
        return Doubling(linear > 0 ? "linux-6.5" : "rfc6298", (long)retries + linear, linear);
    }

    /// <summary>The same for a SYN-ACK: an initial RTO of 1 s, doubled each time.</summary>
    /// <param name="settings">Sysctls by name; without <c>net.ipv4.tcp_synack_retries</c> nothing can be predicted.</param>
    public static SynSchedule? ForSynAcks(IReadOnlyDictionary<string, string> settings) =>
        TryRead(settings, "net.ipv4.tcp_synack_retries", out var retries) ? Doubling("linux", retries, 0) : null;

    private static SynSchedule Doubling(string name, long retries, int linear)
    {
        var intervals = new double[(int)Math.Min(retries, 127)];
        for (var i = 0; i < intervals.Length; i++) intervals[i] = After(i);
        return new SynSchedule(name, intervals) { GivesUpAfter = intervals.Sum() + After(intervals.Length) };

        double After(int sent) => sent <= linear ? 1 : Math.Min(Math.Pow(2, sent - linear), 120);
    }

    /// <summary>
    /// Seconds from the first SYN until connect gives up: after the last SYN the doubled timer runs once more. Null where
    /// the schedule is not this machine's own, for then the number of SYNs is not known.
    /// </summary>
    public double? GivesUpAfter { get; private init; }

    /// <summary>True if every interval seen is on this schedule.</summary>
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
        return settings.TryGetValue(name, out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
