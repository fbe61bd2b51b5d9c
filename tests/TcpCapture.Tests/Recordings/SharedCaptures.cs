namespace TcpCapture.Tests.Recordings;

/// <summary>The captures made by others that lie beside the repository, where they do.</summary>
internal static class SharedCaptures
{
    public static List<string> PcapNg()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var captures = Path.Combine(folder.FullName, "shared", "captures");
            if (Directory.Exists(captures))
                return [.. Directory.EnumerateFiles(captures, "*.pcapng", SearchOption.AllDirectories).Order()];
        }

        return [];
    }
}
