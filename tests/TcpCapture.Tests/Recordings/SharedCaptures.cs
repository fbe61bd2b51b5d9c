namespace TcpCapture.Tests.Recordings;

/// <summary>The captures made by others that lie beside the repository, where they do.</summary>
internal static class SharedCaptures
{
    public static List<string> PcapNg() => Files("*.pcapng");

    /// <summary>Both pcap and pcapng.</summary>
    public static List<string> All() => Files("*.pcap*");

    private static List<string> Files(string pattern)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var captures = Path.Combine(folder.FullName, "shared", "captures");
            if (Directory.Exists(captures))
                return [.. Directory.EnumerateFiles(captures, pattern, SearchOption.AllDirectories).Order()];
        }

        return [];
    }
}
