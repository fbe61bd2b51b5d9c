using System.Diagnostics;
using System.Globalization;

namespace TcpCapture.Tests.PeerTools.Tcptrace;

/// <summary>Runs tcptrace.</summary>
internal static class Tcptrace
{
    /// <summary>One direction of a connection as tcptrace prints it.</summary>
    /// <param name="From">The sender, <c>address port</c>.</param>
    /// <param name="To">The other end.</param>
    /// <param name="Values">Its values, by the name in tcptrace's header without the direction.</param>
    public sealed record Direction(string From, string To, IReadOnlyDictionary<string, string> Values)
    {
        public double this[string name] => double.Parse(Values[name], CultureInfo.InvariantCulture);
    }

    /// <summary>Both directions of each connection. Skips the test with a reason if tcptrace is not installed.</summary>
    public static async Task<List<Direction>> Read(string capture)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(paths.Any(path => File.Exists(Path.Combine(path, "tcptrace"))), "tcptrace is not installed: apt-get install tcptrace");
        using var process = Process.Start(new ProcessStartInfo("tcptrace", ["-r", "-l", "-n", "--csv", capture])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"tcptrace ended with {process.ExitCode}: {await errors}");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).ToArray();
        if (lines.Length == 0) return [];
        var names = Cells(lines[0]);
        return [.. lines.Skip(1).SelectMany(line => Directions(names, Cells(line)))];
    }

    private static string[] Cells(string line) => line.Split(',', StringSplitOptions.TrimEntries);

    private static IEnumerable<Direction> Directions(string[] names, string[] cells)
    {
        var values = names.Zip(cells).Where(pair => pair.First.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second);
        var a = $"{values["host_a"]} {values["port_a"]}";
        var b = $"{values["host_b"]} {values["port_b"]}";
        yield return new Direction(a, b, Of("_a2b"));
        yield return new Direction(b, a, Of("_b2a"));

        Dictionary<string, string> Of(string suffix) =>
            values.Where(pair => pair.Key.EndsWith(suffix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[..^suffix.Length], pair => pair.Value);
    }
}
