using TcpCapture.Export.Output;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The same connections, observed at both ends by two hosts whose clocks need not agree.</summary>
public static class TwoHosts
{
    /// <summary>
    /// Makes one raw recording of two and leaves it in the folder, to be exported next. Its times are on the first host's
    /// clock; how the second one's stands to it follows from causality alone and is in
    /// <see cref="RecordingInfo.PeerClock"/>.
    /// </summary>
    /// <param name="first">One host's recording.</param>
    /// <param name="second">The other's.</param>
    /// <param name="openFolder">Makes the folder.</param>
    /// <returns>The folder, with its raw recording.</returns>
    /// <exception cref="TcpCaptureException">The two share no connection, are one, or cannot be told apart.</exception>
    /// <exception cref="TcpCaptureException">One of them is damaged.</exception>
    /// <exception cref="TcpCaptureException">The folder cannot be written.</exception>
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
            throw new OutputException($"{folder.Path} cannot hold the merged recording ({error.Message}): make room or name another folder.", error, Remedy.ChooseFolder);
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    /// <summary>A recording is not replaced by what comes of it: it cannot be made again.</summary>
    private static void RefuseOwnFolder(Recording recording, OutputFolder folder)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(recording.FilePath)) == Path.TrimEndingDirectorySeparator(folder.Path))
            throw new OutputException($"{folder.Path} holds one of the two recordings, which would be replaced.", remedy: Remedy.ChooseFolder);
    }
}
