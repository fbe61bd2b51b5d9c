using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TcpCapture.Correlation;
using TcpCapture.Model;
using TcpCapture.Tracking;

namespace TcpCapture.Captures;

/// <summary>
/// Feeds the tracks of connections, and reports those that have ended, on a thread of its own, a batch behind the correlator: of
/// the work on a segment it is a third. For the first batch there is no thread: then it feeds at once.
/// </summary>
/// <param name="frames">Gets the batches back.</param>
/// <param name="report">Reports a connection that has ended.</param>
internal sealed class TrackingThread(DecodingThread frames, Action<Connection> report) : ITrackFeed, IDisposable
{
    private readonly BlockingCollection<DecodedBatch> _waiting = [];
    private readonly CancellationTokenSource _ended = new();
    private Thread? _thread;
    private DecodedBatch? _current;
    private ExceptionDispatchInfo? _failure;
    private int _index;

    /// <summary>A batch begins.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="isFirst">It is the first: what it holds is fed at once.</param>
    public void Begin(DecodedBatch batch, bool isFirst) => _current = isFirst ? null : batch;

    /// <summary>What comes is about the frame at that place of the batch.</summary>
    public void At(int index) => _index = index;

    /// <summary>The correlator is done with the batch.</summary>
    public void Finish(DecodedBatch batch)
    {
        _failure?.Throw();
        if (_current is null)
        {
            frames.Return(batch);
            return;
        }

        if (_thread is null)
        {
            _thread = new Thread(Run) { Name = "track", IsBackground = true };
            _thread.Start();
        }

        _waiting.Add(batch);
    }

    /// <summary>Waits until everything is fed and reported; what comes later is fed at once.</summary>
    public void Drain()
    {
        _current = null;
        _waiting.CompleteAdding();
        _thread?.Join();
        _failure?.Throw();
    }

    /// <summary>A connection has ended.</summary>
    /// <returns>False if it is not reported here, but has to be at once.</returns>
    public bool Postpones(Connection connection)
    {
        _current?.NoteEnded(_index, connection);
        return _current is not null;
    }

    public void Add(ConnectionTrack track, Side side, in Segment segment)
    {
        if (_current is null) track.Add(side, segment);
        else _current.NoteTrack(_index, track, side);
    }

    public void AddCorrupt(ConnectionTrack track, Side side, in Segment segment)
    {
        if (_current is null) track.AddCorrupt(side, segment);
        else _current.NoteTrack(_index, track, side);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _thread?.Join();
        _waiting.Dispose();
        _ended.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (var batch in _waiting.GetConsumingEnumerable(_ended.Token))
            {
                batch.FeedTracks(report);
                frames.Return(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // the analysis was given up
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error); // thrown where the next batch is handed over, or at the end
            frames.GiveUp();
        }
    }
}
