using System.Globalization;

namespace TcpCapture.Cli.Arguments;

/// <summary>Names of output folders that nobody chose.</summary>
internal static class FolderName
{
    /// <summary>A name that begins so, ends with the time, and is not taken yet.</summary>
    public static string New(string begin)
    {
        var name = $"{begin}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        var free = name;
        for (var i = 2; Directory.Exists(free) || File.Exists(free); i++) free = $"{name}-{i}";
        return free;
    }
}
