using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

/// <summary>One socket as ss(8) reports it.</summary>
internal sealed partial record SsTool(
    string State, uint ReceiveQueue, uint SendQueue, string? Timer, ulong Inode, ulong Cookie)
{
    /// <summary>Finds the socket with these addresses in the output of <c>ss -tanoe</c>; null if it is missing.</summary>
    public static SsTool? Find(FourTuple end)
    {
        var peer = end.Remote.Port == 0 ? null : end.Remote.ToString();
        foreach (var line in Run(end.Local.Port).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // ss writes a socket of a dual-stack listener as [::ffff:127.0.0.1]:port.
            var local = fields[3].Replace("[::ffff:", "").Replace(".1]", ".1");
            var remote = fields[4].Replace("[::ffff:", "").Replace(".1]", ".1");
            if (peer is null ? fields[0] != "LISTEN" : local != end.Local.ToString() || remote != peer) continue;
            return new SsTool(
                fields[0], Number(fields[1]), Number(fields[2]),
                TimerField().Match(line) is { Success: true } timer ? timer.Groups[1].Value : null,
                InodeField().Match(line) is { Success: true } inode ? ulong.Parse(inode.Groups[1].Value, CultureInfo.InvariantCulture) : 0,
                ulong.Parse(CookieField().Match(line).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        return null;
    }

    public static bool IsInstalled => File.Exists("/usr/bin/ss") || File.Exists("/bin/ss");

    private static string Run(ushort port)
    {
        using var ss = Process.Start(new ProcessStartInfo("ss", ["-H", "-tanoe", $"sport = :{port}"]) { RedirectStandardOutput = true })!;
        var output = ss.StandardOutput.ReadToEnd();
        ss.WaitForExit();
        return output;
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"timer:\((\w+),")]
    private static partial Regex TimerField();

    [GeneratedRegex(@"\bino:(\d+)")]
    private static partial Regex InodeField();

    [GeneratedRegex(@"\bsk:([0-9a-f]+)")]
    private static partial Regex CookieField();
}
