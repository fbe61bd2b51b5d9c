using System.Globalization;

namespace TcpCapture.Live.Parts;

/// <summary>The sub-folders of a recording in parts.</summary>
internal sealed class PartFolders(string root)
{
    private const int Digits = 4;

    /// <summary>0001, 0002 … 9999, 10000.</summary>
    public static string NameOf(int part) => part.ToString("D" + Digits, CultureInfo.InvariantCulture);

    /// <summary>Makes the folder of a part.</summary>
    /// <exception cref="TcpCaptureException">It cannot be made.</exception>
    public OutputFolder Open(int part) => OutputFolder.Create(Path.Combine(root, NameOf(part)), force: true);

    /// <summary>
    /// Takes away the parts of an earlier recording, where its folder is used again: left among the new ones they would be taken
    /// for theirs. Only files that a recording makes go, and folders only if nothing else is in them.
    /// </summary>
    /// <exception cref="TcpCaptureException">One cannot be taken away.</exception>
    /// <param name="inParts">The new recording is in parts, and that of the folder itself goes too.</param>
    public void RemoveEarlier(bool inParts)
    {
        if (inParts) RemoveFiles(root);
        foreach (var folder in Directory.EnumerateDirectories(root).Where(IsPart).ToArray()) Remove(folder);
    }

    /// <summary>Deletes a part's files, and its folder if nothing else is in it.</summary>
    /// <exception cref="TcpCaptureException">One cannot be deleted.</exception>
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
        new($"What is in {folder} cannot be deleted ({error.Message}): see who holds it.", error, Remedy.ChooseFolder);

    private static bool IsPart(string folder)
    {
        var name = Path.GetFileName(folder);
        return name.Length >= Digits && name.All(char.IsAsciiDigit);
    }
}
