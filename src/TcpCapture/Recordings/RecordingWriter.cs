using System.Runtime.ExceptionServices;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Recordings;

/// <summary>Writes observations to a file as they arrive. Thread-safe. The first error is reported and ends the writing.</summary>
// It never throws into a source. Each thread encodes into its own entry; the lock is held only while bytes are copied.
internal sealed class RecordingWriter : IObservationSink, IDisposable
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly PcapNgWriter _writer;
    private readonly RecordingInfo _info;
    private readonly Action<Exception>? _onFailure;
    private readonly ThreadLocal<JournalEntry> _entry = new(static () => new JournalEntry());
    private readonly PcapNgOptions _options = new();
    private readonly List<(int LinkType, int Host)> _interfaces = [];
    private readonly Timer _flushing;
    private long _frames;
    private bool _ended;

    /// <summary>Writes to a stream, the header at once, and closes it at the end.</summary>
    /// <exception cref="TcpCaptureException">The header does not fit into the format.</exception>
    /// <exception cref="IOException">The header could not be written.</exception>
    // onFailure is called once, on the thread that met the error. It must not throw: the thread can be a source's.
    public RecordingWriter(Stream stream, RecordingInfo info, Action<Exception>? onFailure = null)
    {
        _stream = stream;
        _info = info;
        _onFailure = onFailure;
        _writer = new PcapNgWriter(stream);
        RecordingFormat.WriteHeader(_writer, info, _interfaces);
        _writer.Flush();
        _flushing = new Timer(_ => Write(static writer => writer.FlushIfNeeded()), null, FlushInterval, FlushInterval);
    }

    /// <summary>The error that ended the writing, such as a full disk; null if there was none.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Bytes of the recording so far, including those not yet on disk.</summary>
    public long Length => _writer.Length;

    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Creates the file. An existing file is not overwritten.</summary>
    /// <exception cref="TcpCaptureException">It already exists or cannot be created.</exception>
    public static RecordingWriter Create(string path, RecordingInfo info, Action<Exception>? onFailure = null)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            return new RecordingWriter(file, info, onFailure);
        }
        catch (IOException) when (file is null && File.Exists(path))
        {
            throw new RecordingException($"{path} already exists, and recordings are not overwritten. Move it or choose another folder.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RecordingException)
        {
            if (file is not null)
            {
                file.Dispose();
                File.Delete(path);
            }

            if (error is RecordingException) throw;
            throw new OutputException(
                $"{path} cannot be written: {error.Message} Choose a folder that can be written and has space.", error);
        }
    }

    public void OnFrame(in Frame frame)
    {
        Exception? failure = null;
        lock (_gate)
        {
            if (_ended) return;
            try
            {
                var number = RecordingFormat.InterfaceOf(_writer, _info, _interfaces, frame.LinkType, frame.Passage?.Host ?? 0);
                if (frame.Passage is { } passage) _writer.Packet(number, frame, _options.Clear().Passage(passage));
                else _writer.Packet(number, frame);
                Volatile.Write(ref _frames, _frames + 1);
            }
            catch (Exception error)
            {
                failure = Fail(error);
            }
        }

        Report(failure);
    }

    public void OnCall(SocketCall call) => Encode(call, static (entry, fact) => entry.Start(fact.End ?? fact.Begin).Call(fact));

    public void OnSample(SocketSample sample) => Encode(sample, static (entry, fact) => entry.Start(fact.NotAfter).Sample(fact));

    public void OnOwner(SocketOwner owner) => Encode(owner, static (entry, fact) => entry.Start(fact.Time).Owner(fact));

    public void OnTrace(KernelEvent trace) => Encode(trace, static (entry, fact) => entry.Start(fact.Time).Trace(fact));

    /// <summary>Writes the end mark and everything before it. Later observations are not recorded.</summary>
    /// <returns>True if the file is complete; else <see cref="Failure"/> has the reason.</returns>
    public bool Complete(RecordingEnd end)
    {
        Write(end, static (writer, fact) =>
        {
            RecordingFormat.WriteEnd(writer._writer, writer._info, fact);
            writer._writer.Flush();
            writer._ended = true;
        });
        return Failure is null;
    }

    /// <summary>Closes the file; without <see cref="Complete"/> it counts as cut off.</summary>
    public void Dispose()
    {
        _flushing.Dispose();
        Write(static writer => writer.FlushIfNeeded());
        lock (_gate)
        {
            _ended = true;
            _stream.Dispose();
        }
    }

    private void FlushIfNeeded()
    {
        if (_writer.Buffered > 0) _writer.Flush();
    }

    private void Encode<T>(T fact, Func<JournalEntry, T, JournalEntry> encode)
    {
        JournalEntry entry;
        try
        {
            entry = encode(_entry.Value!, fact);
        }
        catch (Exception error)
        {
            Write(error, static (_, reason) => ExceptionDispatchInfo.Throw(reason));
            return;
        }

        Write(entry, static (writer, whole) => writer._writer.Journal(whole));
    }

    private void Write(Action<RecordingWriter> write) => Write(write, static (writer, action) => action(writer));

    private void Write<T>(T fact, Action<RecordingWriter, T> write)
    {
        Exception? failure = null;
        lock (_gate)
        {
            if (_ended) return;
            try
            {
                write(this, fact);
            }
            catch (Exception error)
            {
                failure = Fail(error);
            }
        }

        Report(failure);
    }

    private Exception Fail(Exception error)
    {
        _ended = true;
        return Failure = error;
    }

    private void Report(Exception? failure)
    {
        if (failure is not null) _onFailure?.Invoke(failure);
    }
}
