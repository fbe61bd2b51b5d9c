using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

/// <summary>
/// One of several files that are read as one capture. It is open from its first frame's turn to its last: a thousand files of
/// a capture that was cut into parts are not open at once. A pipe, which cannot be opened again, stays open from the start.
/// </summary>
internal sealed class MergedFile : IDisposable
{
    private const int BatchFrames = 512;
    private const int BatchBytes = 64 * 1024;

    private readonly string _path;
    private readonly int _order;
    private ICaptureFile _file;
    private FrameBatch? _batch;
    private int _next;
    private long _position;

    /// <param name="path">The file.</param>
    /// <param name="order">Its place among the arguments, which decides when times are equal.</param>
    /// <exception cref="TcpCaptureException">It cannot be read.</exception>
    public MergedFile(string path, int order)
    {
        (_path, _order) = (path, order);
        _file = CaptureFile.Open(path);
        Length = _file.Length;
        Tally = new FrameTally(_file.Name);
    }

    /// <summary>What was read of it so far.</summary>
    public FrameTally Tally { get; }

    /// <inheritdoc cref="ICaptureFile.Problem"/>
    public string? Problem => _file.Problem;

    /// <inheritdoc cref="ICaptureFile.Interfaces"/>
    public int Interfaces => _file.Interfaces;

    /// <inheritdoc cref="ICaptureFile.Tick"/>
    public long Tick => _file.Tick;

    /// <inheritdoc cref="ICaptureFile.Length"/>
    public long? Length { get; }

    /// <summary>Bytes read so far; those looked at to find the first frame do not count.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>When its next frame is due.</summary>
    public MergeKey Key { get; private set; }

    /// <summary>The next frame; not before <see cref="Begin"/>, and not after the last.</summary>
    public Frame Current => _batch![_next];

    /// <summary>Finds out when the first frame is due.</summary>
    /// <param name="glance">A batch to look at it in.</param>
    /// <returns>False if there is no frame.</returns>
    public bool FindFirst(FrameBatch glance)
    {
        if (Length is null) return LoadNext();
        var found = _file.Read(glance);
        if (found) Key = new MergeKey(glance.Entries[0].Time.Nanoseconds, _order);
        else _position = _file.Position;
        _file.Dispose();
        return found;
    }

    /// <summary>Makes the first frame <see cref="Current"/>, unless it began before.</summary>
    /// <returns>False if there is none any more.</returns>
    /// <exception cref="TcpCaptureException">The file can no longer be opened.</exception>
    public bool Begin()
    {
        if (_batch is not null) return true;
        _file = CaptureFile.Open(_path);
        return LoadNext();
    }

    /// <summary>Goes on to the next frame.</summary>
    /// <returns>False after the last.</returns>
    public bool Advance()
    {
        if (++_next == _batch!.Count) return LoadNext();
        Key = new MergeKey(_batch.Entries[_next].Time.Nanoseconds, _order);
        return true;
    }

    /// <summary>Reads the next frames into a batch of the caller's.</summary>
    /// <returns>False at the end.</returns>
    public bool Read(FrameBatch batch)
    {
        var isThere = _file.Read(batch);
        Tally.Add(batch.Entries);
        Volatile.Write(ref _position, _file.Position);
        if (!isThere) _file.Dispose();
        return isThere;
    }

    public void Dispose() => _file.Dispose();

    private bool LoadNext()
    {
        _batch ??= new FrameBatch(BatchFrames, BatchBytes);
        _next = 0;
        if (!Read(_batch))
        {
            _batch = null;
            return false;
        }

        Key = new MergeKey(_batch.Entries[0].Time.Nanoseconds, _order);
        return true;
    }
}
