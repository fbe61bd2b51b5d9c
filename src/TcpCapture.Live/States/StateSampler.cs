using System.Diagnostics;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>
/// Looks at the watched sockets at every beat of its pacer and delivers what changed.
/// </summary>
/// <remarks>
/// Theory of operation. One thread looks, compares and delivers; a transition faster than the beat is not seen, and
/// a sample says between which two moments the change lies. Newly watched ends are looked at at once (the pacer is
/// woken), the others at the beat, so that a flood of newcomers cannot shorten it. A round that takes more than half a beat
/// is followed by a rest of three times its length: a thousand sockets in TIME_WAIT must not take a core from the programs
/// that are observed. With nothing to watch the thread
/// sleeps. Views are written under the gate, so that <see cref="WaitFor"/> sees whole ones; samples are delivered
/// outside it. <see cref="SampleNow"/> takes a ticket; the thread notes the highest ticket before it takes in newcomers
/// and begins a round, and reports it as served after the round: a ticket served thus had a whole round to itself.
/// </remarks>
internal sealed class StateSampler : IStateSource, ISocketSnapshots
{
    private readonly ISocketLookup _lookup;
    private readonly IPacer _pacer;
    private readonly ISocketOwnerFinder? _owners;
    private readonly ISocketLister? _lister;
    private readonly Func<long>? _threadCpu;
    private readonly WatchList _watched;
    private readonly object _gate = new();
    private readonly Lock _stopGate = new();
    private IObservationSink? _sink;
    private Thread? _thread;
    private Exception? _failure;
    private bool _stopping;
    private bool _ended;
    private bool _disposed;
    private long _ticketsTaken;
    private long _ticketsServed;
    private long _rounds;
    private long _looks;
    private long _failedLooks;
    private long _longestGap;
    private long _cpu = -1;

    /// <summary>
    /// Makes a sampler; it owns what it is given and disposes it. <paramref name="threadCpu"/> tells the CPU time of
    /// the calling thread in nanoseconds, where the system can.
    /// </summary>
    public StateSampler(
        string name, string reason, ISocketLookup lookup, IPacer pacer, ISocketOwnerFinder? owners = null,
        Func<long>? threadCpu = null, int capacity = WatchList.DefaultCapacity, ISocketLister? lister = null)
    {
        Name = name;
        Reason = reason;
        _lookup = lookup;
        _pacer = pacer;
        _owners = owners;
        _lister = lister;
        _threadCpu = threadCpu;
        _watched = new WatchList(capacity);
    }

    public string Name { get; }

    public string Reason { get; }

    public SamplingStatistics Statistics
    {
        get
        {
            var cpu = Volatile.Read(ref _cpu);
            return new SamplingStatistics(
                _pacer.Interval, Volatile.Read(ref _rounds), Volatile.Read(ref _looks), Volatile.Read(ref _failedLooks),
                _watched.Refused, Volatile.Read(ref _longestGap), cpu < 0 ? null : cpu, _owners?.Unanswered ?? 0);
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
            _owners?.Start(sink);
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
        if (_lister is null) return;
        // Listeners first, for they tell which end of a connection is the server.
        foreach (var socket in _lister.List(ports).OrderBy(found => found.Reading.Snapshot.Kind != SocketKind.Listener))
        {
            if (ports.Count == 0 && !_watched.TryFind(socket.End, out _)) continue;
            sink.OnSample(socket.ToInitialSample());
            if (socket.Reading.Snapshot.Kind == SocketKind.Listener) WatchListener(socket.End.Local);
            else Watch(socket.End);
            if (socket.Reading.Snapshot.Inode != 0) _owners?.Ask(socket.End, socket.Reading.Snapshot.Inode);
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

    public void SampleNow()
    {
        lock (_gate)
        {
            if (_thread is null) throw new InvalidOperationException("The state source has not been started.");
            var ticket = ++_ticketsTaken;
            if (!_disposed) _pacer.Wake();
            while (_ticketsServed < ticket && !_ended) Monitor.Wait(_gate);
            ThrowIfFailed();
        }
    }

    public void Stop()
    {
        End();
        ThrowIfFailed();
    }

    public void Dispose()
    {
        End();
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _pacer.Dispose();
            _lookup.Dispose();
            _owners?.Dispose();
        }
    }

    // Called by WaitFor's condition, inside the gate.
    SocketSnapshot? ISocketSnapshots.Of(FourTuple end) => _watched.TryFind(end, out var found) ? found.Snapshot : null;

    private void Wake()
    {
        // Inside the gate, since a segment may still come in while the source is being disposed.
        lock (_gate)
        {
            if (!_disposed) _pacer.Wake();
        }
    }

    private void End()
    {
        lock (_stopGate)
        {
            Thread? thread;
            lock (_gate)
            {
                thread = _thread;
                _stopping = true;
                if (!_disposed) _pacer.Wake();
            }

            if (thread is null) return;
            thread.Join();
            _owners?.Complete();
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new StateSourceException(
                $"Sampling of socket states ended early ({failure.Message}).", failure, Remedy.ChooseStateSource);
        }
    }

    private void Run()
    {
        try
        {
            Sample();
        }
        catch (Exception exception)
        {
            // Kept for whoever stops the source: thrown here it would take the process down.
            _failure = exception;
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

    private void Sample()
    {
        long lastRound = 0;
        long restUntil = 0;
        while (true)
        {
            if (_watched.IsEmpty) lastRound = 0; // a pause with nothing to see is not a gap
            var isDue = _pacer.Wait(untilWoken: _watched.IsEmpty);
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

            if (lastRound != 0) NoteGap((long)Stopwatch.GetElapsedTime(lastRound, begin).TotalNanoseconds);
            lastRound = begin;
            LookRound();
            restUntil = RestAfter(begin, Stopwatch.GetTimestamp());
            Announce(ticket);
        }

        if (_threadCpu is not null) Volatile.Write(ref _cpu, _threadCpu());
    }

    private long RestAfter(long begin, long end) =>
        Stopwatch.GetElapsedTime(begin, end) > _pacer.Interval / 2 ? end + 3 * (end - begin) : 0;

    private void AdmitNewcomers()
    {
        var isFirst = true;
        while (_watched.TryAdmit(Environment.TickCount64, out var entry))
        {
            if (isFirst) _lookup.BeginRound();
            isFirst = false;
            LookAt(entry);
        }
    }

    private void LookRound()
    {
        _lookup.BeginRound();
        _watched.WakeRested(Environment.TickCount64);
        foreach (var entry in _watched.Entries) LookAt(entry);
        _watched.RemoveEnded(Environment.TickCount64);
        _rounds++;
        // CPU time costs a system call: once in a while is enough.
        if (_threadCpu is not null && _rounds % 128 == 1) Volatile.Write(ref _cpu, _threadCpu());
    }

    private void LookAt(WatchEntry entry)
    {
        foreach (var end in entry.Ends)
        {
            _looks++;
            if (!_lookup.TrySample(end.End, out var reading))
            {
                _failedLooks++;
                continue;
            }

            var earlierInode = end.Snapshot?.Inode ?? 0;
            SocketSample? sample;
            lock (_gate) sample = end.Observe(reading);
            if (sample is null) continue;
            _sink!.OnSample(sample);
            if (sample.Inode != 0 && sample.Inode != earlierInode) _owners?.Ask(end.End, sample.Inode);
        }
    }

    private void NoteGap(long nanoseconds)
    {
        if (nanoseconds > _longestGap) _longestGap = nanoseconds;
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
