namespace TcpCapture.Cli.Terminal;

/// <summary>Finds the recordings of a path: one, or the parts of a folder that <c>record</c> divided.</summary>
internal static class RecordingParts
{
    /// <summary>The paths of the recordings, in order; the path itself if it has no parts.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, Recording.FileName))) return [path];
        string[] parts = [.. Directory.EnumerateDirectories(path)
            .Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit) && File.Exists(Path.Combine(folder, Recording.FileName)))
            .OrderBy(folder => Path.GetFileName(folder).Length).ThenBy(folder => folder, StringComparer.Ordinal)];
        return parts.Length == 0 ? [path] : parts;
    }
}
