using System.Runtime.CompilerServices;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Clues;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.Segments;
using TcpCapture.Correlation.States;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Correlation;

/// <summary>Merges segments, calls, samples and kernel events into one timeline.</summary>
/// <remarks>
/// <para>Input. One thread delivers all observations in the order of their time; a <c>ReorderWindow</c> sorts them. Samples and
/// kernel events are delivered one second early. So when a segment is processed, the samples and kernel events around it are
/// known, and its events are written at once. Memory grows with open connections, not with segments.</para>
/// <para>Merge. Before an observation at time t is processed, <see cref="CatchUp"/> processes everything due by t: segments that
/// arrived at the other host, calls that returned, closes, kernel events and samples. These rules apply:</para>
/// <list type="number">
/// <item>Calls. A call has one row, at the time of its begin, with its result. A call longer than the reorder window has a second
/// row, at the time of its return.</item>
/// <item>Segments. At the capture point the sender has acted and the receiver has not. So a segment first moves the state of its
/// sender: a socket has left ESTABLISHED before it sends a FIN. Then its row is written, with the states of both ends. Then it
/// moves the state of its receiver. <see cref="SegmentRules"/> is the state machine.</item>
/// <item>Evidence. Segments and calls imply a change; kernel events and samples confirm it. With a kernel event the change is
/// "traced" and has the kernel's time. With a sample it is "sampled": samples and segments bound its time. With neither it is
/// "inferred".</item>
/// <item>Denial. If the kernel reports the changes of a socket but not an implied one, that change did not happen.</item>
/// <item>Calls ahead of segments. A close that returned has moved its socket, even if the FIN has not passed yet
/// (<see cref="ReturnedCloses"/>). A connect that returned without waiting has moved its socket to SYN_SENT. This shows crossed
/// FINs and SYNs.</item>
/// <item>Unexplained changes. A kernel event or sample that no segment or call has explained in time becomes a change of its own.
/// Examples: the end of TIME_WAIT, and the end of FIN_WAIT_2 by its timer.</item>
/// <item>Causes. Sequence numbers determine causes, not times. Data is caused by the send that wrote it, an ACK by the segment it
/// acknowledges, a FIN by the close or shutdown. <see cref="ResetReader"/> finds what an RST answers.</item>
/// </list>
/// <para>Merged recordings have a capture point at each host, so a segment can be observed twice. When it is sent, it moves the
/// sender and its row is written. When it arrives, it moves the receiver; a lost segment moves no receiver. So it is known, not
/// inferred, which FINs crossed and what an end had received when it acted.</para>
/// </remarks>
internal sealed class Correlator
{
    private const long LookaheadNanoseconds = 1_000_000_000; // how early samples and kernel events are delivered

    private readonly PendingSamples _samples = new();
    private readonly PendingKernelEvents _kernelEvents = new();
    private readonly EventWriter _writer;
    private readonly ConnectionTable _connections;
    private readonly ReturnedCloses _closes;
    private readonly CallCorrelator _calls;
    private readonly SampleCorrelator _sampleCorrelator;
    private readonly KernelEventCorrelator _kernelEventCorrelator;
    private readonly SegmentCorrelator _segments;
    private readonly IcmpCorrelator _icmp;
    private bool _isObserved; // true after the first observation that is no segment; before it nothing can be due

    // ports: the server ports of the recording; null if unknown. register: numbers connections; null numbers them as they begin.
    // markSink: receives every segment with marks, even without a row in the timeline; null for none. peerStates: the pool to which
    // the sink returns peer states; null if it returns none. tables: number of correlators that share the connection limits.
    public Correlator(
        ITimelineSink sink, IReadOnlyList<ushort>? ports = null, IConnectionRegister? register = null, IMarkSink? markSink = null,
        PeerStatePool? peerStates = null, int tables = 1)
    {
        var listeners = new Listeners();
        _writer = new EventWriter(sink, _samples, _kernelEvents);
        _connections = new ConnectionTable(
            _writer, register ?? new ConnectionRegister(), ConnectionLimits.Whole.Share(tables), peerStates ?? new PeerStatePool());
        _closes = new ReturnedCloses(_writer);
        _calls = new CallCorrelator(_connections, listeners, _closes, _writer);
        var earlier = new EarlierConnections(_connections, listeners, ports ?? [], _writer);
        _sampleCorrelator = new SampleCorrelator(_samples, _connections, earlier, listeners, _writer);
        _kernelEventCorrelator = new KernelEventCorrelator(_kernelEvents, _connections, listeners, _writer);
        _segments = new SegmentCorrelator(_connections, earlier, listeners, _calls, _kernelEvents, _writer, markSink);
        _icmp = new IcmpCorrelator(_connections, _calls, _writer);
    }

    public long Events => _writer.NextNumber - 1;
    public int Connections => _connections.Count;

    /// <summary>Connections dropped because too many were open.</summary>
    public long GivenUp => _connections.GivenUp;

    /// <summary>ICMP errors that quote no known connection.</summary>
    public long UnmatchedIcmp => _icmp.Unmatched;

    /// <summary>Kernel events in memory.</summary>
    public int PendingEvents => _kernelEvents.Count + _kernelEvents.PortlessCount;

    /// <summary>Contradictions between sources that exceed the error of their clocks.</summary>
    public IReadOnlyList<Disagreement> Disagreements => _writer.Disagreements;

    public void OnSegment(in Segment segment, long frameNumber, in Frame frame)
    {
        if (_isObserved || frame.Passage is not null) CatchUp(segment.Time);
        _segments.Process(segment, _connections.Find(segment), frameNumber, frame);
    }

    /// <summary><see cref="OnCaptured"/> for a segment that moves no state and has no row, as most do.</summary>
    // Returns the slot of its four-tuple; null if there is none.
    // frameNumber: its frame number, which also numbers its events. isProcessed: false if nothing was done and the segment needs
    // OnCaptured.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConnectionTable.Slot? OnCapturedFast(in Segment segment, ulong hash, long frameNumber, out bool isProcessed) =>
        _segments.ProcessFast(segment, hash, frameNumber, out isProcessed);

    /// <summary>Processes a segment of a capture file that <see cref="OnCapturedFast"/> did not process.</summary>
    public void OnCaptured(in Segment segment, ConnectionTable.Slot? known, long frameNumber, in Frame frame) =>
        _segments.Process(segment, known, frameNumber, frame);

    /// <summary>Counts a segment of a capture file with a wrong checksum: it moves no state and has no row.</summary>
    public void OnCorrupt(in Segment segment, ulong hash) => _segments.ProcessCorrupt(segment, hash);

    /// <summary>Joins an ICMP error to the connection it quotes, and writes its row.</summary>
    public void OnIcmp(in IcmpError error, long frameNumber, in Frame frame)
    {
        if (_isObserved || frame.Passage is not null) CatchUp(error.Time);
        _icmp.Process(error, frameNumber, frame);
    }

    /// <summary>Writes a row for a frame that cannot be decoded, so that no frame is hidden.</summary>
    public void OnUnreadable(string why, long frameNumber, in Frame frame)
    {
        CatchUp(frame.Time);
        _writer.Write(new TimelineEvent
        {
            Number = _writer.NextNumber,
            Kind = EventKind.Segment,
            Time = frame.Time,
            Frame = frameNumber,
            Note = why,
        }, frame);
    }

    /// <summary>Processes a call: complete, only its begin, or the return after an earlier begin.</summary>
    public void OnCall(SocketCall call)
    {
        _isObserved = true;
        CatchUp(_calls.TimeOf(call));
        _calls.Process(call);
    }

    /// <summary>Writes the calls that returned before an observation that has no row of its own.</summary>
    public void Approach(Timestamp time, bool isAhead) =>
        _calls.CatchUp(isAhead ? new Timestamp(time.Nanoseconds - LookaheadNanoseconds) : time);

    public void OnSample(SocketSample sample)
    {
        _isObserved = true;
        _samples.Add(sample);
    }

    public void OnTrace(KernelEvent report)
    {
        _isObserved = true;
        _kernelEvents.Add(report);
        _kernelEventCorrelator.Relieve();
    }

    public void OnOwner(SocketOwner owner)
    {
        _isObserved = true;
        CatchUp(owner.Time); // only a sample shows a socket without segments, and earlier calls come first
        _sampleCorrelator.Process(owner);
    }

    /// <summary>Ends the input: writes what is pending, then the connections in the order they began.</summary>
    /// <param name="isContinued">True if open connections continue in the next part of the recording.</param>
    public void Finish(bool isContinued = false)
    {
        FinishObservations();
        foreach (var connection in TakeAll(isContinued).OrderBy(connection => connection.Number)) _writer.Report(connection);
    }

    /// <summary>Ends the input: writes what is pending, but not the connections (see <see cref="TakeAll"/>).</summary>
    public void FinishObservations()
    {
        while (_segments.NextArrival is { } arrival) Arrive(arrival);
        _calls.CatchUp(new Timestamp(long.MaxValue));
        _closes.CatchUp(new Timestamp(long.MaxValue));
        _kernelEventCorrelator.Finish();
        _sampleCorrelator.Finish();
    }

    /// <summary>Removes and returns all connections, in no order.</summary>
    /// <param name="isContinued">True if open connections continue in the next part of the recording.</param>
    public IReadOnlyList<Connection> TakeAll(bool isContinued = false)
    {
        var left = _connections.TakeAll();
        foreach (var connection in left)
        {
            connection.GoesOn = isContinued && !connection.IsOver;
            _writer.Complete(connection);
        }

        return left;
    }

    /// <summary>Processes everything due by <paramref name="now"/>. Calls precede samples, which confirm their changes.</summary>
    private void CatchUp(Timestamp now)
    {
        while (_segments.NextArrival is { } arrival && arrival <= now) Arrive(arrival);
        CatchUpSources(now);
    }

    private void Arrive(Timestamp time)
    {
        CatchUpSources(time);
        _segments.Arrive();
    }

    private void CatchUpSources(Timestamp now)
    {
        _calls.CatchUp(now);
        _closes.CatchUp(now);
        _kernelEventCorrelator.CatchUp(now);
        _sampleCorrelator.CatchUp(now);
    }
}

/// <summary>Receives every segment with marks, whether or not it has a row in the timeline.</summary>
internal interface IMarkSink
{
    /// <summary>Receives the next segment with at least one mark, in capture order.</summary>
    void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks);
}
