using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// A recording in little: those of its segments whose fingerprints have the smallest hashes, and the addresses it shows to be
/// its host's own. Two recordings keep the same ones of what they share, however much else each holds and whatever its clock
/// says, so the sketches tell at once whether and how they belong together.
/// </summary>
internal sealed class RecordingSketch : IObservationSink
{
    /// <summary>Segments kept: all of most recordings, some megabytes at most.</summary>
    public const int Capacity = 1 << 16;

    /// <summary>Most own addresses remembered.</summary>
    private const int MostAddresses = 4096;

    private readonly PriorityQueue<SketchedSegment, ulong> _kept = new(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
    private readonly HashSet<Endpoint> _own = [];
    private readonly int _capacity;

    private RecordingSketch(int capacity) => _capacity = capacity;

    /// <summary>Segments seen.</summary>
    public long Segments { get; private set; }

    /// <summary>Frames seen.</summary>
    public long Frames { get; private set; }

    /// <summary>The last frame's time.</summary>
    public Timestamp Last { get; private set; }

    /// <summary>The highest number of a call.</summary>
    public long LastCall { get; private set; }

    /// <summary>The highest number of a socket.</summary>
    public int LastSocket { get; private set; }

    /// <summary>The segments kept, in no order.</summary>
    public IEnumerable<SketchedSegment> Kept => _kept.UnorderedItems.Select(item => item.Element);

    /// <summary>How the recording ended; null if it was cut off.</summary>
    public RecordingEnd? End { get; private set; }

    /// <summary>Where and why it was cut off; null if it was not.</summary>
    public string? CutOff { get; private set; }

    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public static RecordingSketch Of(Recording recording, int capacity = Capacity)
    {
        var sketch = new RecordingSketch(capacity);
        recording.Replay(sketch);
        sketch.End = recording.End;
        sketch.CutOff = recording.CutOff;
        return sketch;
    }

    /// <summary>True if a socket of this host was seen to have the address: a host is asked for, and its programs call for, its own only.</summary>
    public bool IsOwn(Endpoint end) => _own.Contains(end.WithPort(0));

    public void OnFrame(in Frame frame)
    {
        Frames++;
        Last = frame.Time;
        if (SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment) return;
        Segments++;
        var hash = SegmentFingerprint.Of(segment).Hash();
        var kept = new SketchedSegment(hash, frame.Time, segment.FourTuple, Frames, DatagramIdentification.Of(frame));
        if (_kept.Count < _capacity) _kept.Enqueue(kept, hash);
        else _kept.EnqueueDequeue(kept, hash);
    }

    public void OnCall(SocketCall call)
    {
        LastCall = Math.Max(LastCall, call.Id);
        LastSocket = Math.Max(LastSocket, call.Socket);
        if (call.Name == "accept" && call.Result is > 0 and < int.MaxValue) LastSocket = Math.Max(LastSocket, (int)call.Result);
        if (call.Local is { } local) AddOwn(local);
    }

    public void OnSample(SocketSample sample)
    {
        if (sample.Kind != SocketKind.Absent) AddOwn(sample.Local);
    }

    public void OnOwner(SocketOwner owner) => AddOwn(owner.Local);

    public void OnTrace(KernelEvent trace)
    {
        // A trace sees every namespace of the machine, so it does not tell whose an address is.
    }

    private void AddOwn(Endpoint end)
    {
        if (!end.IsAnyAddress && _own.Count < MostAddresses) _own.Add(end.WithPort(0));
    }
}
