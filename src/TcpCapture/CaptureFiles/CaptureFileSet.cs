namespace TcpCapture.CaptureFiles;

/// <summary>
/// Several files as one capture in the order of time, as mergecap makes it: next comes the file whose next frame is earliest.
/// A file whose own times run backwards is not sorted. The frames of a single file are read into the batch and not copied.
/// </summary>
/// <remarks>Read by one thread; <see cref="Position"/> and <see cref="Length"/> may be asked by any.</remarks>
internal sealed class CaptureFileSet : IDisposable
{
    private readonly MergedFile[] _files;

    /// <summary>The files that have frames, but for <see cref="_next"/>.</summary>
    private readonly PriorityQueue<MergedFile, MergeKey> _queue = new();

    /// <summary>The file whose frames come next; null if that is still to be found out.</summary>
    private MergedFile? _next;

    private CaptureFileSet(MergedFile[] files) => _files = files;

    /// <summary>Bytes read so far of all files, as they are stored.</summary>
    public long Position => _files.Sum(file => file.Position);

    /// <summary>Bytes of all files, as they are stored; null if one is a pipe.</summary>
    public long? Length => _files.All(file => file.Length is not null) ? _files.Sum(file => file.Length) : null;

    /// <summary>What people call the files.</summary>
    public IReadOnlyList<string> Names => [.. _files.Select(file => file.Tally.Name)];

    /// <summary>What could not be read: a line for each file that was not whole, in the order of the arguments.</summary>
    public IReadOnlyList<string> Problems => [.. _files.Select(file => file.Problem).OfType<string>()];

    /// <summary>Frames read.</summary>
    public long Frames => _files.Sum(file => file.Tally.Frames);

    /// <summary>Frames of which not all was captured: cut at the snaplen.</summary>
    public long CutFrames => _files.Sum(file => file.Tally.CutFrames);

    /// <summary>Frames earlier than the one before them in their own file.</summary>
    public long TimesBackwards => _files.Sum(file => file.Tally.TimesBackwards);

    /// <summary>The first place where that is so, in the first file that has one; null if there is none.</summary>
    public TimeStep? FirstBackwards => _files.Select(file => file.Tally.FirstBackwards).FirstOrDefault(step => step is not null);

    /// <summary>LINKTYPE_ values of the frames read, ascending.</summary>
    public IReadOnlyList<int> LinkTypes => [.. _files.SelectMany(file => file.Tally.LinkTypes).Distinct().Order()];

    /// <summary>Interfaces that the files describe; each pcap file counts for one.</summary>
    public int Interfaces => _files.Sum(file => file.Interfaces);

    /// <summary>Nanoseconds that the files' times count in: 1, 1000 for microseconds; the coarsest, 0 if none is known.</summary>
    public long Tick => _files.Max(file => file.Tick);

    /// <summary>Opens the files, and looks at each if there are several.</summary>
    /// <param name="paths">At least one; "-" for standard input.</param>
    /// <exception cref="TcpCaptureException">One of them cannot be read.</exception>
    public static CaptureFileSet Open(IReadOnlyList<string> paths)
    {
        if (paths.Count(path => path == CaptureFile.StandardInput) > 1)
            throw new CaptureFileException("Standard input is named twice, and can be read but once: give - a single time.");
        var opened = new CaptureFileSet(new MergedFile[paths.Count]);
        try
        {
            var glance = paths.Count > 1 ? new FrameBatch(1, 4096) : null;
            for (var i = 0; i < paths.Count; i++)
            {
                var file = opened._files[i] = new MergedFile(paths[i], i);
                if (glance is not null && file.FindFirst(glance)) opened._queue.Enqueue(file, file.Key);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Puts the next frames into a batch, in place of what is in it.</summary>
    /// <returns>False at the end.</returns>
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

    /// <summary>Copies a file's frames into the batch, as long as they are the next ones of all.</summary>
    /// <returns>False if that was its last frame.</returns>
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
