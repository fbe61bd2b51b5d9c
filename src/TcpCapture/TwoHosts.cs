using TcpCapture.Recordings.Merging;

namespace TcpCapture;

/// <summary>Merges two recordings of the same connections, made on two hosts whose clocks need not agree.</summary>
internal static class TwoHosts
{
    /// <inheritdoc cref="Timeline.MergeHosts"/>
    public static OutputFolder Merge(Recording first, Recording second, Func<OutputFolder> openFolder)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(openFolder);
        var folder = openFolder();
        try
        {
            RefuseOwnFolder(first, folder);
            RefuseOwnFolder(second, folder);
            new RecordingMerge(first, second, folder.RawPath).Write(folder.RawPath);
            return folder;
        }
        catch (IOException error)
        {
            folder.Discard();
            throw new OutputException(
                $"{folder.Path} cannot hold the merged recording ({error.Message}). Free disk space or choose another folder.",
                error, Remedy.ChooseFolder);
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    /// <summary>Refuses to replace an input: it cannot be recorded again.</summary>
    private static void RefuseOwnFolder(Recording recording, OutputFolder folder)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(recording.FilePath)) == Path.TrimEndingDirectorySeparator(folder.Path))
            throw new OutputException(
                $"{folder.Path} holds one of the two recordings, which would be replaced.", remedy: Remedy.ChooseFolder);
    }
}
