using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TcpCapture.Live.Observation;

/// <summary>Passes connection changes from the capture thread to readers, without waiting for them.</summary>
internal sealed class ConnectionFeed
{
    private const int MaxWaiting = 1 << 16; // the maximum number of changes buffered for a slow reader; then the oldest ones are dropped

    private readonly Lock _gate = new();
    private readonly List<Channel<ConnectionChange>> _readers = [];
    private bool _isComplete;

    public void Add(ConnectionChange change)
    {
        lock (_gate)
        {
            foreach (var reader in _readers) reader.Writer.TryWrite(change);
        }
    }

    public Channel<ConnectionChange> Open()
    {
        var reader = Channel.CreateBounded<ConnectionChange>(
            new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _readers.Add(reader);
            if (_isComplete) reader.Writer.TryComplete();
        }

        return reader;
    }

    public async IAsyncEnumerable<ConnectionChange> ReadAsync(
        Channel<ConnectionChange> reader, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (var change in reader.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            lock (_gate) _readers.Remove(reader);
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            foreach (var reader in _readers) reader.Writer.TryComplete();
        }
    }
}
