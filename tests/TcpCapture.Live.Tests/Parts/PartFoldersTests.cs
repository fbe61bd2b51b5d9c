using TcpCapture.Live.Parts;

namespace TcpCapture.Live.Tests.Parts;

public sealed class PartFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-parts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void PartsSortByTheirNames()
    {
        string[] names = [PartFolders.NameOf(1), PartFolders.NameOf(2), PartFolders.NameOf(10), PartFolders.NameOf(9999)];

        Assert.Equal(["0001", "0002", "0010", "9999"], names);
        Assert.Equal(names, names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OnlyAnEarlierRecordingsOwnFilesAreDeleted()
    {
        var parts = new PartFolders(_folder);
        foreach (var number in (int[])[1, 2]) File.WriteAllText(Path.Combine(parts.Open(number).Path, "timeline.csv"), "old");
        File.WriteAllText(Path.Combine(_folder, "0002", "notes.txt"), "mine");
        Directory.CreateDirectory(Path.Combine(_folder, "2026"));
        Directory.CreateDirectory(Path.Combine(_folder, "photos"));
        File.WriteAllText(Path.Combine(_folder, "photos", "timeline.csv"), "mine");
        File.WriteAllText(Path.Combine(_folder, "2026", "letter.txt"), "mine");
        File.WriteAllText(Path.Combine(_folder, "connections.csv"), "old");

        parts.RemoveEarlier(inParts: true);

        var left = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path));
        Assert.Equal(["0002/notes.txt", "2026/letter.txt", "photos/timeline.csv"], left.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder, "0001")));
    }
}
