using TcpCapture.CaptureFiles.PcapNg;

namespace TcpCapture.CaptureFiles;

/// <summary>Several files as one capture, merged by time as mergecap does; a file itself is not sorted.</summary>
// Read by one thread; any thread may read Position and Length. Frames of a single file are not copied.
internal sealed class CaptureFileSet : IDisposable
{
    private readonly MergedFile[] _files;
    private readonly PriorityQueue<MergedFile, MergeKey> _queue = new(); // the files with frames left, except _next
    private MergedFile? _next; // the file of the next frame; null if not determined yet

    private CaptureFileSet(MergedFile[] files) => _files = files;

    /// <summary>Bytes read so far of all files, as they are stored.</summary>
    public long Position => _files.Sum(file => file.Position);

    /// <summary>Bytes of all files, as they are stored; null if one is a pipe.</summary>
    public long? Length => _files.All(file => file.Length is not null) ? _files.Sum(file => file.Length) : null;

    public IReadOnlyList<string> Names => [.. _files.Select(file => file.Tally.Name)];

    /// <summary>One line for each damaged file, in the order of the arguments.</summary>
    public IReadOnlyList<string> Problems => [.. _files.Select(file => file.Problem).OfType<string>()];

    public long Frames => _files.Sum(file => file.Tally.Frames);
    public long CutFrames => _files.Sum(file => file.Tally.CutFrames);

    /// <summary>Frames earlier than the frame before them in their file.</summary>
    public long TimesBackwards => _files.Sum(file => file.Tally.TimesBackwards);

    /// <summary>The first such frame of the first file that has one; null if there is none.</summary>
    public TimeStep? FirstBackwards => _files.Select(file => file.Tally.FirstBackwards).FirstOrDefault(step => step is not null);

    /// <summary>Frames without a time in all files.</summary>
    public long FramesWithoutTime => _files.Sum(file => file.FramesWithoutTime);

    /// <summary>The interfaces that dropped frames.</summary>
    public IReadOnlyList<InterfaceDrops> Drops => [.. _files.SelectMany(file => file.Drops)];

    /// <summary>LINKTYPE_ values of the frames read, ascending.</summary>
    public IReadOnlyList<int> LinkTypes => [.. _files.SelectMany(file => file.Tally.LinkTypes).Distinct().Order()];

    /// <summary>Interfaces in all files; a pcap file counts as one.</summary>
    public int Interfaces => _files.Sum(file => file.Interfaces);

    /// <summary>The coarsest time resolution in ns (1000 for microseconds); 0 if unknown.</summary>
    public long Tick => _files.Max(file => file.Tick);

    /// <summary>Opens one or more files; "-" is standard input.</summary>
    /// <exception cref="TcpCaptureException">A file cannot be read.</exception>
    public static CaptureFileSet Open(IReadOnlyList<string> paths)
    {
        if (paths.Count(path => path == CaptureFile.StandardInput) > 1)
            throw new CaptureFileException("Standard input is given twice but can be read only once: give - once.");
        var opened = new CaptureFileSet(new MergedFile[paths.Count]);
        try
        {
            var first = paths.Count > 1 ? new FrameBatch(1, 4096) : null;
            for (var i = 0; i < paths.Count; i++)
            {
                var file = opened._files[i] = new MergedFile(paths[i], i);
                if (first is not null && file.FindFirst(first)) opened._queue.Enqueue(file, file.Key);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the batch's content with the next frames; false at the end.</summary>
    /// <exception cref="TcpCaptureException">A file can no longer be opened.</exception>
    public bool Read(FrameBatch batch)
    {
        if (_files.Length == 1) return _files[0].Read(batch);
        batch.Clear();
        while (_next is not null || _queue.TryDequeue(out _next, out _))
        {
            if (!_next.Begin() || !TakeUntilAnotherIsDue(_next, batch, out var isFull))
            {
                _next = null; // it has ended
                continue;
            }

            if (isFull) break;
            _next = _queue.EnqueueDequeue(_next, _next.Key);
        }

        return batch.Count > 0;
    }

    public void Dispose()
    {
        foreach (var file in _files) file?.Dispose();
    }

    /// <summary>Copies a file's frames until another file's frame is due; false after its last frame.</summary>
    private bool TakeUntilAnotherIsDue(MergedFile file, FrameBatch batch, out bool isFull)
    {
        var isAlone = !_queue.TryPeek(out _, out var other);
        do
        {
            isFull = !batch.TryCopy(file.Current);
            if (isFull) return true;
            if (!file.Advance()) return false;
        }
        while (isAlone || file.Key.CompareTo(other) < 0);

        return true;
    }
}
