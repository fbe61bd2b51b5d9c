using System.Diagnostics;
using TcpCapture.Live.Platform;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Samples the watched sockets at every beat of its pacer and delivers what changed.</summary>
/// <remarks>
/// Theory of operation. One thread samples, compares and delivers. It misses transitions that are faster than the beat. A sample
/// has the two moments between which the change happened. Newly watched sockets are sampled at once (the pacer is woken),
/// the others at the beat, so that many new sockets cannot shorten it. A round that takes more than half a beat is followed
/// by a pause of three times its duration: a thousand sockets in TIME_WAIT must not take a core from the observed programs.
/// With nothing to watch the thread sleeps. Snapshots are written under the gate, so that <see cref="WaitFor"/> reads
/// consistent ones; samples are delivered outside it. <see cref="SampleNow"/> takes a ticket. The thread reads the highest
/// ticket before it admits new sockets and begins a round, and marks the ticket as served after the round. So a full round
/// has run between taking a ticket and serving it.
///
/// A sampler owns its parts. Without an owner finder the owners stay unknown; without a lister nothing is adopted.
/// </remarks>
internal sealed class StateSampler(
    string name, string reason, ISocketLookup lookup, IPacer pacer, ISocketOwnerFinder? owners = null,
    Func<long>? threadCpu = null, int capacity = WatchList.DefaultCapacity, ISocketLister? lister = null) : IStateSource, ISocketSnapshots
{
    private readonly WatchList _watched = new(capacity);
    private readonly object _gate = new();
    private readonly Lock _stopGate = new();
    private IObservationSink? _sink;
    private Thread? _thread;
    private Exception? _failure;
    private bool _stopping;
    private bool _stopped;
    private bool _ended;
    private bool _disposed;
    private long _ticketsTaken;
    private long _ticketsServed;
    private long _rounds;
    private long _samples;
    private long _failedSamples;
    private long _longestGap;
    private long _cpu = -1;

    public string Name => name;
    public string Reason => reason;

    public string? Failure => Volatile.Read(ref _failure) is { } failure
        ? $"Sampling socket states ended early ({failure.Message.TrimEnd('.')})." : null;

    public SamplingStatistics Statistics
    {
        get
        {
            var cpu = Volatile.Read(ref _cpu);
            return new SamplingStatistics(
                pacer.Interval, Volatile.Read(ref _rounds), Volatile.Read(ref _samples), Volatile.Read(ref _failedSamples),
                _watched.Refused, Volatile.Read(ref _longestGap), cpu < 0 ? null : cpu, owners?.Unanswered ?? 0);
        }
    }

    public TraceStatistics? Trace => null;

    public void Start(IObservationSink sink)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_thread is not null) throw new InvalidOperationException("The state source has been started before.");
            _sink = sink;
            owners?.Start(sink);
            _thread = new Thread(Run) { IsBackground = true, Name = $"states ({Name})" };
            _thread.Start();
        }
    }

    public void Watch(FourTuple connection)
    {
        if (_watched.Add(connection)) Wake();
    }

    public void WatchListener(Endpoint listener)
    {
        if (_watched.AddListener(listener)) Wake();
    }

    public void Adopt(IReadOnlyList<ushort> ports)
    {
        var sink = _sink ?? throw new InvalidOperationException("The state source has not been started.");
        if (lister is null) return;
        // Listeners are delivered first, because they show which end of a connection is the server.
        foreach (var socket in lister.List(ports).OrderBy(found => found.Reading.Snapshot.Kind != SocketKind.Listener))
        {
            if (ports.Count == 0 && !_watched.TryFind(socket.End, out _)) continue;
            sink.OnSample(socket.ToInitialSample());
            if (socket.Reading.Snapshot.Kind == SocketKind.Listener) WatchListener(socket.End.Local);
            else Watch(socket.End);
            if (socket.Reading.Snapshot.Inode != 0) owners?.Ask(socket.End, socket.Reading.Snapshot.Inode);
        }
    }

    public bool WaitFor(Func<ISocketSnapshots, bool> condition, TimeSpan timeout)
    {
        var begin = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!condition(this))
            {
                var left = timeout - Stopwatch.GetElapsedTime(begin);
                if (_ended || left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) return condition(this);
            }
        }

        return true;
    }

    public bool SampleNow()
    {
        lock (_gate)
        {
            if (_thread is null) throw new InvalidOperationException("The state source has not been started.");
            var ticket = ++_ticketsTaken;
            if (!_disposed) pacer.Wake();
            while (_ticketsServed < ticket && !_ended) Monitor.Wait(_gate);
            return !_ended;
        }
    }

    public void Stop()
    {
        lock (_stopGate)
        {
            Thread? thread;
            lock (_gate)
            {
                thread = _thread;
                _stopping = true;
                if (_disposed) return;
                Keep(Cleanup.Run(pacer.Wake));
            }

            if (thread is null || _stopped) return;
            thread.Join();
            _stopped = true;
            if (owners is not null) Keep(Cleanup.Run(owners.Complete));
        }
    }

    public void Dispose()
    {
        Stop();
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            Keep(Cleanup.Run(pacer.Dispose, lookup.Dispose, () => owners?.Dispose()));
        }
    }

    // Called by WaitFor's condition, inside the gate.
    SocketSnapshot? ISocketSnapshots.Of(FourTuple end) => _watched.TryFind(end, out var found) ? found.Snapshot : null;

    private void Wake()
    {
        // Inside the gate, because a segment can arrive while the source is disposed.
        lock (_gate)
        {
            if (!_disposed) pacer.Wake();
        }
    }

    private void Keep(Exception? failure)
    {
        if (failure is not null) Interlocked.CompareExchange(ref _failure, failure, null);
    }

    private void Run()
    {
        try
        {
            SampleUntilStopped();
        }
        catch (Exception exception)
        {
            Keep(exception); // an exception on this thread would end the process
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void SampleUntilStopped()
    {
        long lastRound = 0;
        long restUntil = 0;
        while (true)
        {
            if (_watched.IsEmpty) lastRound = 0; // a pause with nothing to watch is not a gap
            var isDue = pacer.Wait(untilWoken: _watched.IsEmpty);
            long ticket;
            lock (_gate)
            {
                if (_stopping) break;
                ticket = _ticketsTaken;
            }

            AdmitNewcomers();
            var begin = Stopwatch.GetTimestamp();
            // Tickets are served by this thread only, so reading them here needs no gate.
            if ((!isDue || begin < restUntil) && ticket == _ticketsServed)
            {
                Announce(ticket);
                continue;
            }

            if (lastRound != 0) _longestGap = Math.Max(_longestGap, (long)Stopwatch.GetElapsedTime(lastRound, begin).TotalNanoseconds);
            lastRound = begin;
            SampleRound();
            restUntil = RestAfter(begin, Stopwatch.GetTimestamp());
            Announce(ticket);
        }

        if (threadCpu is not null) Volatile.Write(ref _cpu, threadCpu());
    }

    private long RestAfter(long begin, long end) =>
        Stopwatch.GetElapsedTime(begin, end) > pacer.Interval / 2 ? end + 3 * (end - begin) : 0;

    private void AdmitNewcomers()
    {
        var isFirst = true;
        while (_watched.TryAdmit(Environment.TickCount64, out var entry))
        {
            if (isFirst) lookup.BeginRound();
            isFirst = false;
            Sample(entry);
        }
    }

    private void SampleRound()
    {
        lookup.BeginRound();
        _watched.WakeRested(Environment.TickCount64);
        foreach (var entry in _watched.Entries) Sample(entry);
        _watched.RemoveEnded(Environment.TickCount64);
        _rounds++;
        // Reading CPU time costs a system call: every 128 rounds is enough.
        if (threadCpu is not null && _rounds % 128 == 1) Volatile.Write(ref _cpu, threadCpu());
    }

    private void Sample(WatchEntry entry)
    {
        foreach (var end in entry.Ends)
        {
            _samples++;
            if (!lookup.TrySample(end.End, out var reading))
            {
                _failedSamples++;
                continue;
            }

            var earlierInode = end.Snapshot?.Inode ?? 0;
            SocketSample? sample;
            lock (_gate) sample = end.Observe(reading);
            if (sample is null) continue;
            _sink!.OnSample(sample);
            if (sample.Inode != 0 && sample.Inode != earlierInode) owners?.Ask(end.End, sample.Inode);
        }
    }

    private void Announce(long ticket)
    {
        lock (_gate)
        {
            _ticketsServed = ticket;
            Monitor.PulseAll(_gate);
        }
    }
}
