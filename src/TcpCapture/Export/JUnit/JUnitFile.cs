using TcpCapture.Export.Output;
using TcpCapture.Model;

namespace TcpCapture.Export.JUnit;

/// <summary>Writes the results of rules to a file that CI systems read.</summary>
internal static class JUnitFile
{
    /// <summary>Writes the file.</summary>
    /// <exception cref="TcpCaptureException">The file cannot be written.</exception>
    // A new file appears only when it is complete. An existing one is overwritten in place, since it may be a link, a pipe or a
    // device such as /dev/stdout, which must not be replaced by a file.
    public static void Write(string path, RecordingInfo info, IReadOnlyList<ExpectationResult> results)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(full)) throw new IOException("it is a folder");
            if (File.Exists(full) || new FileInfo(full).LinkTarget is not null)
            {
                using var existing = new FileStream(full, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
                JUnitXml.Write(existing, info, results);
                return;
            }

            using var file = new StagedFile(full);
            JUnitXml.Write(file.Stream, info, results);
            file.Finish();
            file.Publish();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var message = $"{full} cannot be written ({error.Message.TrimEnd('.')}): name another file.";
            throw new OutputException(message, error, Remedy.ChooseResultsFile);
        }
    }
}
