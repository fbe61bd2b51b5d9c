using System.Runtime.InteropServices;

namespace TcpCapture.Live.Observation;

/// <summary>The host's properties for the recording's header.</summary>
internal static class HostFacts
{
    private const string SettingsRoot = "/proc/sys";
    private const string ReleaseFile = "/proc/sys/kernel/osrelease";

    /// <summary>The settings that affect TCP's timers, queues and resets.</summary>
    private static readonly string[] SettingNames =
    [
        "net.ipv4.tcp_syn_retries", "net.ipv4.tcp_syn_linear_timeouts", "net.ipv4.tcp_synack_retries",
        "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_abort_on_overflow", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_retries2", "net.ipv4.tcp_timestamps", "net.ipv4.tcp_sack", "net.core.somaxconn",
    ];

    public static string Host => Environment.MachineName;

    public static string System => OperatingSystem.IsLinux()
        ? $"{RuntimeInformation.OSDescription}, Linux {Release}"
        : RuntimeInformation.OSDescription;

    private static string Release =>
        File.Exists(ReleaseFile) ? File.ReadAllText(ReleaseFile).Trim() : Environment.OSVersion.Version.ToString();

    public static IReadOnlyDictionary<string, string> ReadSettings()
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in SettingNames)
        {
            var path = Path.Combine(SettingsRoot, name.Replace('.', '/'));
            if (File.Exists(path)) settings.Add(name, File.ReadAllText(path).Trim());
        }

        return settings;
    }
}
