namespace TcpCapture.Tests.Recordings;

/// <summary>The captures made by others that lie beside the repository, where they do.</summary>
internal static class SharedCaptures
{
    public static List<string> PcapNg() => Files("", "*.pcapng", SearchOption.AllDirectories);

    /// <summary>The captures of one of their folders.</summary>
    public static List<string> In(string folder) => Files(folder, "*.pcap*", SearchOption.TopDirectoryOnly);

    private static List<string> Files(string name, string pattern, SearchOption depth)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var captures = Path.Combine(folder.FullName, "shared", "captures", name);
            if (Directory.Exists(captures)) return [.. Directory.EnumerateFiles(captures, pattern, depth).Order()];
        }

        return [];
    }
}
