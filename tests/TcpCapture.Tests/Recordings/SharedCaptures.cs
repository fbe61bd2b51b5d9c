using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Recordings;

/// <summary>The captures in the repository, and those in <c>shared/captures</c> beside it, if there are any.</summary>
internal static class SharedCaptures
{
    public static List<string> PcapNg() => [.. Own("*.pcapng"), .. Shared("*.pcapng")];

    public static List<string> All() => [.. Own("*.pcap*"), .. Shared("*.pcap*")];

    public static IEnumerable<string> Own(string pattern)
    {
        var tests = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests");
        return Directory.EnumerateFiles(Path.Combine(tests, "PeerTools", "Captures"), pattern)
            .Concat(Directory.EnumerateFiles(Path.Combine(tests, "Recordings"), pattern, SearchOption.AllDirectories)).Order();
    }

    /// <summary>The captures beside the repository; none if the folder is missing.</summary>
    public static IEnumerable<string> Shared(string pattern)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var captures = Path.Combine(folder.FullName, "shared", "captures");
            if (Directory.Exists(captures))
                return Directory.EnumerateFiles(captures, pattern, SearchOption.AllDirectories).Order();
        }

        return [];
    }
}
