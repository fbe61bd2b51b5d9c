using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

/// <summary>One of several files read as one capture. A file is open only while its frames are due; a pipe is always open.</summary>
internal sealed class MergedFile : IDisposable
{
    private const int BatchFrames = 512;
    private const int BatchBytes = 64 * 1024;

    private readonly string _path;
    private readonly int _order;
    private RecordFile _file;
    private FrameBatch? _batch;
    private int _next;
    private long _position;

    /// <summary>Opens a file; <paramref name="order"/> decides between equal times.</summary>
    /// <exception cref="TcpCaptureException">The file cannot be read.</exception>
    public MergedFile(string path, int order)
    {
        (_path, _order) = (path, order);
        _file = CaptureFile.Open(path);
        Length = _file.Length;
        Tally = new FrameTally(_file.Name);
    }

    public FrameTally Tally { get; }
    public string? Problem => _file.Problem;
    public int Interfaces => _file.Interfaces;
    public long Tick => _file.Tick;
    public long FramesWithoutTime => _file.FramesWithoutTime;
    public IReadOnlyList<InterfaceDrops> Drops => _file.Drops;
    public long? Length { get; }

    /// <summary>Bytes read so far, not counting those read to find the first frame.</summary>
    public long Position => Volatile.Read(ref _position);

    public MergeKey Key { get; private set; } // position of the next frame in the merged order

    /// <summary>The next frame, between <see cref="Begin"/> and the end.</summary>
    public Frame Current => _batch![_next];

    /// <summary>Reads the first frame into a batch and sets <see cref="Key"/>; false if there is no frame.</summary>
    public bool FindFirst(FrameBatch batch)
    {
        if (Length is null) return LoadNext();
        var found = _file.Read(batch);
        if (found) Key = new MergeKey(batch.Entries[0].Time.Nanoseconds, _order);
        else _position = _file.Position;
        _file.Dispose();
        return found;
    }

    /// <summary>Makes the first frame <see cref="Current"/>, once; false if the file no longer has one.</summary>
    /// <exception cref="TcpCaptureException">The file can no longer be opened.</exception>
    public bool Begin()
    {
        if (_batch is not null) return true;
        _file = CaptureFile.Open(_path);
        return LoadNext();
    }

    public bool Advance()
    {
        if (++_next == _batch!.Count) return LoadNext();
        Key = new MergeKey(_batch.Entries[_next].Time.Nanoseconds, _order);
        return true;
    }

    public bool Read(FrameBatch batch)
    {
        var isMore = _file.Read(batch);
        Tally.Add(batch.Entries);
        Volatile.Write(ref _position, _file.Position);
        if (!isMore) _file.Dispose();
        return isMore;
    }

    public void Dispose() => _file.Dispose();

    private bool LoadNext()
    {
        _batch ??= new FrameBatch(BatchFrames, BatchBytes);
        _next = 0;
        if (Read(_batch)) Key = new MergeKey(_batch.Entries[0].Time.Nanoseconds, _order);
        else _batch = null;
        return _batch is not null;
    }
}

/// <summary>Order of frames of several files: by time (ns since 1970), then by the order of the files.</summary>
internal readonly record struct MergeKey(long Time, int Order) : IComparable<MergeKey>
{
    public int CompareTo(MergeKey other) => Time != other.Time ? Time.CompareTo(other.Time) : Order.CompareTo(other.Order);
}
