using System.Globalization;
using System.Runtime.InteropServices;

namespace TcpCapture.Benchmarks;

/// <summary>Describes the machine, without which figures mean nothing.</summary>
internal static class Machine
{
    private const string LoadFile = "/proc/loadavg";
    private const string ReleaseFile = "/proc/sys/kernel/osrelease";

    public static string Describe()
    {
        var kernel = File.Exists(ReleaseFile) ? $", Linux {File.ReadAllText(ReleaseFile).Trim()}" : "";
        var load = File.Exists(LoadFile) ? $", load {File.ReadAllText(LoadFile).Split(' ')[0]}" : "";
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return $"{today}: {Environment.ProcessorCount} cores{load}, {RuntimeInformation.OSDescription}{kernel}, " +
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}";
    }
}
