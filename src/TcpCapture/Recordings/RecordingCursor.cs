using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Recordings;

/// <summary>Reads a recording block by block, as its caller asks.</summary>
internal sealed class RecordingCursor : IDisposable
{
    private readonly FileStream _file;
    private readonly RecordingBlocks _reader;
    private readonly RecordingReplay _replay;

    /// <exception cref="TcpCaptureException">The file cannot be opened or is not a pcapng file.</exception>
    public RecordingCursor(string path, IObservationSink sink)
    {
        _file = Recording.OpenFile(path);
        _reader = new RecordingBlocks(_file, path);
        _replay = new RecordingReplay(path, sink);
        _reader.Next(out _); // the header; Open has read it
    }

    /// <summary>Reads the next block: one observation, several or none.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="TcpCaptureException">The file is damaged or cannot be read.</exception>
    public bool Next()
    {
        if (!_reader.Next(out var block)) return false;
        _replay.Take(block);
        return true;
    }

    public void Dispose() => _file.Dispose();
}
