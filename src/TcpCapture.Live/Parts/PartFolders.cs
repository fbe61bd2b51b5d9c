using System.Globalization;

namespace TcpCapture.Live.Parts;

/// <summary>The folders of a recording's parts.</summary>
internal sealed class PartFolders(string root)
{
    private const int Digits = 4;

    /// <summary>The folder name of a part: 0001, 0002 … 9999, 10000.</summary>
    public static string NameOf(int part) => part.ToString("D" + Digits, CultureInfo.InvariantCulture);
    public OutputFolder Open(int part) => OutputFolder.Create(Path.Combine(root, NameOf(part)), force: true);

    /// <summary>Deletes the parts of an earlier recording in a reused folder, because they would mix with the new parts.</summary>
    /// <remarks>Only files that a recording writes are deleted, and only folders that are then empty.</remarks>
    public void RemoveEarlier(bool inParts)
    {
        if (inParts) RemoveFiles(root);
        foreach (var folder in Directory.EnumerateDirectories(root).Where(IsPart).ToArray()) Remove(folder);
    }

    /// <summary>Deletes a part's files, and its folder if it is then empty.</summary>
    public static void Remove(string folder)
    {
        RemoveFiles(folder);
        try
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Undeletable(folder, error);
        }
    }

    private static void RemoveFiles(string folder)
    {
        try
        {
            foreach (var name in OutputFolder.FileNames) File.Delete(Path.Combine(folder, name));
            File.Delete(Path.Combine(folder, OutputFolder.RawPartialName));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Undeletable(folder, error);
        }
    }

    private static OutputException Undeletable(string folder, Exception error) =>
        new($"The files in {folder} cannot be deleted ({error.Message}): check who uses them.", error, Remedy.ChooseFolder);

    private static bool IsPart(string folder)
    {
        var name = Path.GetFileName(folder);
        return name.Length >= Digits && name.All(char.IsAsciiDigit);
    }
}
