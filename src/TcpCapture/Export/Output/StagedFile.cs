namespace TcpCapture.Export.Output;

/// <summary>
/// A file that gets its name only when it is whole: it is written as <c>name.partial</c>, and what is left of it when the
/// writing failed is deleted.
/// </summary>
internal sealed class StagedFile : IDisposable
{
    private const string Suffix = ".partial";

    private readonly string _path;
    private bool _whole;

    public StagedFile(string path)
    {
        _path = path;
        Stream = new FileStream(path + Suffix, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);
    }

    public FileStream Stream { get; }

    public static string PartialPath(string path) => path + Suffix;

    /// <summary>Everything is on disk; <see cref="Publish"/> gives it its name.</summary>
    public void Finish()
    {
        Stream.Flush();
        Stream.Dispose();
        _whole = true;
    }

    public void Publish() => File.Move(_path + Suffix, _path, overwrite: true);

    public void Dispose()
    {
        if (_whole) return;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The disk that was full when writing is still full when the last buffer is flushed: told already.
            _whole = false;
        }

        File.Delete(_path + Suffix);
    }
}
