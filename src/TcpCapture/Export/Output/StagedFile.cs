namespace TcpCapture.Export.Output;

/// <summary>A file that is written as <c>name.partial</c>, renamed when it is complete, and deleted if writing fails.</summary>
internal sealed class StagedFile : IDisposable
{
    private const string Suffix = ".partial";

    private readonly string _path;
    private bool _isComplete;

    public StagedFile(string path)
    {
        _path = path;
        Stream = new FileStream(path + Suffix, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);
    }

    public FileStream Stream { get; }

    public static string PartialPath(string path) => path + Suffix;

    /// <summary>Writes the last bytes; <see cref="Publish"/> then renames the file.</summary>
    public void Finish()
    {
        Stream.Flush();
        Stream.Dispose();
        _isComplete = true;
    }

    public void Publish() => File.Move(_path + Suffix, _path, overwrite: true);

    public void Dispose()
    {
        if (_isComplete) return;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The disk is still full when the last buffer is flushed; the first failure was reported.
            _isComplete = false;
        }

        File.Delete(_path + Suffix);
    }
}
