using System.Runtime.Versioning;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A test's temporary folder, with the output folder of a run in it.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-cli-");

    public string Path => _folder.FullName;

    /// <summary>The output folder, which does not exist before the run.</summary>
    public string Output => System.IO.Path.Combine(Path, "out");

    /// <summary>The raw recording while it is being written.</summary>
    public string RawRecording => In("recording.pcapng.partial");

    /// <summary>The sorted names of the files in the output folder.</summary>
    public string[] OutputNames => [.. Directory.GetFileSystemEntries(Output).Select(path => System.IO.Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>A file of the output folder.</summary>
    public string In(string name) => System.IO.Path.Combine(Output, name);

    /// <summary>Lets all users write into the folder.</summary>
    [UnsupportedOSPlatform("windows")]
    public void OpenToAll() => File.SetUnixFileMode(Path, (UnixFileMode)0b111_111_111);

    public void Dispose() => _folder.Delete(recursive: true);
}
