namespace TcpCapture.Tests.Architecture;

/// <summary>The checkout these tests were built from, read as text.</summary>
internal static class Repository
{
    private const string SolutionName = "TcpCapture.sln";

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Every file under a top-level folder with this extension, relative to the root, "/" between folders.</summary>
    public static IReadOnlyList<string> Files(string folder, string extension) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    internal static string FindRoot(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionName)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No {SolutionName} in {start} or above it: the architecture tests read the sources, so run them from a checkout.");
    }
}
