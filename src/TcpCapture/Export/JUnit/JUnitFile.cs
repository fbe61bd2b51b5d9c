using TcpCapture.Export.Output;
using TcpCapture.Model;

namespace TcpCapture.Export.JUnit;

/// <summary>What became of rules, as a file that CI systems read.</summary>
internal static class JUnitFile
{
    /// <summary>
    /// Writes the file. A new one appears whole or not at all; what is there already is overwritten where it stands, for it may be
    /// a link, a pipe or a device such as /dev/stdout, which must not give way to a file.
    /// </summary>
    /// <param name="path">Where; its folder has to exist.</param>
    /// <param name="info">The recording the rules were held against.</param>
    /// <param name="results">What became of them.</param>
    /// <exception cref="TcpCaptureException">It cannot be written.</exception>
    public static void Write(string path, RecordingInfo info, IReadOnlyList<ExpectationResult> results)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(full)) throw new IOException("it is a folder");
            if (File.Exists(full) || new FileInfo(full).LinkTarget is not null)
            {
                using var there = new FileStream(full, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
                JUnitXml.Write(there, info, results);
                return;
            }

            using var file = new StagedFile(full);
            JUnitXml.Write(file.Stream, info, results);
            file.Finish();
            file.Publish();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{full} cannot be written ({error.Message.TrimEnd('.')}): name another file.", error, Remedy.ChooseResultsFile);
        }
    }
}
