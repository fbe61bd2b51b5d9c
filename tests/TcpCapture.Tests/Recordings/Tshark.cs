using System.Diagnostics;

namespace TcpCapture.Tests.Recordings;

/// <summary>Runs Wireshark's command-line programs.</summary>
internal static class Tshark
{
    /// <summary>Runs a program and returns its lines. Skips the test with a reason if it is not installed.</summary>
    public static async Task<string[]> Run(string program, params string[] arguments)
    {
        var (lines, code, errors) = await RunToAnyEnd(program, arguments);
        Assert.True(code == 0, $"{program} ended with {code}: {errors}");
        return lines;
    }

    /// <summary>As <see cref="Run"/>, but an exit code other than 0 is no failure.</summary>
    public static async Task<(string[] Lines, int ExitCode, string Errors)> RunToAnyEnd(string program, params string[] arguments)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(
            paths.Any(path => File.Exists(Path.Combine(path, program))), $"{program} is not installed: apt-get install tshark");

        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (output.Split('\n', StringSplitOptions.RemoveEmptyEntries), process.ExitCode, await errors);
    }
}
