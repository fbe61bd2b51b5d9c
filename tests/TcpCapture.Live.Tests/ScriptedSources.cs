using TcpCapture.Live.Capture;
using TcpCapture.Live.Observation;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests;

/// <summary>A capture and a state source that a test drives, so that a session needs no privilege.</summary>
internal sealed class ScriptedSources
{
    public ScriptedSources()
    {
        Sources = new SessionSources(OpenStates, OpenCapture);
    }

    public SessionSources Sources { get; }

    public ScriptedFrames? Frames { get; private set; }

    public ScriptedStates? States { get; private set; }

    /// <summary>Called when the state source is opened.</summary>
    public Action? OnOpenStates { get; init; }

    /// <summary>Called when the capture is opened.</summary>
    public Action? OnOpenCapture { get; init; }

    /// <summary>True if everything that was opened is disposed.</summary>
    public bool AllDisposed => States is null or { Disposals: > 0 } && Frames is null or { Disposals: > 0 };

    private ScriptedStates OpenStates(CaptureSessionOptions options, TraceFilter trace)
    {
        States = new ScriptedStates();
        OnOpenStates?.Invoke();
        return States;
    }

    private ScriptedFrames OpenCapture(LiveCaptureOptions options, IObservationSink sink)
    {
        Frames = new ScriptedFrames(sink);
        OnOpenCapture?.Invoke();
        return Frames;
    }
}

/// <summary>A capture that delivers the frames a test gives it.</summary>
internal sealed class ScriptedFrames(IObservationSink sink) : IFrameSource
{
    private const int RawIp = 101; // LINKTYPE_RAW

    private long _received;

    public int LinkType => RawIp;

    public string? Failure { get; set; }

    public CaptureStatistics Statistics => new(_received, 0, 0);

    /// <summary>Called by <see cref="Stop"/>.</summary>
    public Action? OnStop { get; set; }

    public int Stops { get; private set; }

    public int Disposals { get; private set; }

    /// <summary>A segment from 10.0.0.1:<paramref name="client"/> to 10.0.0.2:80, or back.</summary>
    public void Segment(ushort client, TcpFlags flags, bool fromServer = false, uint seq = 1)
    {
        byte[] bytes = new byte[40];
        bytes[0] = 0x45;
        bytes[3] = 40;
        bytes[8] = 64;
        bytes[9] = 6;
        byte[] one = [10, 0, 0, 1], two = [10, 0, 0, 2];
        (fromServer ? two : one).CopyTo(bytes, 12);
        (fromServer ? one : two).CopyTo(bytes, 16);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(20), fromServer ? (ushort)80 : client);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(22), fromServer ? client : (ushort)80);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), seq);
        bytes[32] = 0x50;
        bytes[33] = (byte)flags;
        _received++;
        sink.OnFrame(new Frame(Timestamp.Now, RawIp, bytes.Length, bytes));
    }

    public void Stop()
    {
        Stops++;
        OnStop?.Invoke();
    }

    public void Dispose() => Disposals++;
}

/// <summary>A state source without sockets, which fails or waits as a test says.</summary>
internal sealed class ScriptedStates : IStateSource
{
    /// <summary>Set when somebody waits for states.</summary>
    public ManualResetEventSlim IsWaitedFor { get; } = new();

    /// <summary>Set: sampling has failed.</summary>
    public string? Failure { get; set; }

    /// <summary>Thrown by <see cref="SampleNow"/>, <see cref="Stop"/> and <see cref="Dispose"/> once set.</summary>
    public Exception? Thrown { get; set; }

    /// <summary>True: no condition ever holds.</summary>
    public bool NeverQuiet { get; set; }

    public int Stops { get; private set; }

    public int Disposals { get; private set; }

    public string Name => "sampled";

    public string Reason => "scripted";

    public SamplingStatistics Statistics => new(TimeSpan.FromMilliseconds(1), 1, 1, 0, 0, 0, null, 0);

    public TraceStatistics? Trace => null;

    public void Start(IObservationSink sink)
    {
    }

    public void Watch(FourTuple connection)
    {
    }

    public void WatchListener(Endpoint listener)
    {
    }

    public void Adopt(IReadOnlyList<ushort> ports)
    {
    }

    public bool WaitFor(Func<ISocketSnapshots, bool> condition, TimeSpan timeout)
    {
        IsWaitedFor.Set();
        if (!NeverQuiet) return true;
        using var never = new ManualResetEventSlim();
        never.Wait(timeout);
        return false;
    }

    public bool SampleNow()
    {
        ThrowIfFailed();
        return Failure is null;
    }

    public void Stop()
    {
        Stops++;
        ThrowIfFailed();
    }

    public void Dispose()
    {
        Disposals++;
        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (Thrown is { } thrown) throw thrown;
    }
}
