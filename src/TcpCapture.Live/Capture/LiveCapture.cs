using SharpPcap;
using SharpPcap.LibPcap;
using TcpCapture.Decoding.Link;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Capture;

/// <summary>
/// A running capture. After <see cref="Open"/> has returned, the kernel keeps every frame that passes the filter. One
/// thread reads the frames and passes them to the sink.
/// </summary>
/// <remarks>
/// Theory of operation: the end. The kernel collects frames in blocks, and releases a block when it is full or the read
/// timeout has passed. Therefore <see cref="Stop"/> continues to read until no frame has arrived for twice that time:
/// every earlier block has then been released. In immediate mode a frame is readable as soon as the kernel has
/// timestamped it; the wait then only covers frames that were still in a receive queue of the kernel. On a link that is
/// never idle, reading ends with the first frame that is that much later than the call of Stop, or when as many bytes
/// as the buffer holds have been read: everything that was in the buffer at the call has then been read.
/// </remarks>
internal sealed class LiveCapture : IFrameSource
{
    // Two ticks of the slowest kernel clock in use (100 Hz), which is the precision of the block timer.
    private const int ClockTicksMilliseconds = 20;

    private readonly LiveCaptureOptions _options;
    private readonly IObservationSink _sink;
    private readonly LibPcapLiveDevice _device;
    private readonly FrameReader _reader;
    private readonly IFrameWait _wait;
    private readonly Thread _thread;
    private readonly DuplicateFrameFilter? _duplicates; // set only if the capture covers several interfaces

    /// <summary>The counters when the filter was set. Before that, every frame is captured, and drops do not count.</summary>
    private readonly PcapCounters _before;
    private readonly Lock _statisticsLock = new();
    private CaptureStatistics? _final;
    private long _received;
    private long _stopRequested;
    private string? _failure;
    private bool _disposed;

    private LiveCapture(LiveCaptureOptions options, IObservationSink sink, LibPcapLiveDevice device, IFrameWait wait)
    {
        _options = options;
        _sink = sink;
        _device = device;
        _reader = new FrameReader(device);
        if (_reader.LinkType == LinkTypes.LinuxSll2) _duplicates = new DuplicateFrameFilter();
        _wait = wait;
        if (PcapFunctions.TryGetStatistics(device.Handle, out var before)) _before = before;
        _thread = new Thread(Run) { Name = "capture", IsBackground = true };
    }

    public int LinkType => _reader.LinkType;
    public string? Failure => Volatile.Read(ref _failure);

    public CaptureStatistics Statistics
    {
        get
        {
            lock (_statisticsLock) return _final ?? ReadStatistics();
        }
    }

    private int QuietMilliseconds => (_options.Immediate ? 0 : 2 * _options.ReadTimeoutMilliseconds) + ClockTicksMilliseconds;

    /// <summary>Starts to capture. On return the filter is set and the kernel keeps frames.</summary>
    public static LiveCapture Open(LiveCaptureOptions options, IObservationSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReadTimeoutMilliseconds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Snaplen, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferBytes, 1);
        return Cleanup.OrDispose(CaptureDevice.Open(options), device => Cleanup.OrDispose(CreateWait(device), wait =>
        {
            var capture = new LiveCapture(options, sink, device, wait);
            capture._thread.Start();
            return capture;
        }));
    }

    /// <summary>Reads the frames that the kernel still holds, then ends the capture. Must not be called by the sink.</summary>
    public void Stop()
    {
        if (Interlocked.CompareExchange(ref _stopRequested, Timestamp.Now.Nanoseconds, 0) == 0) _wait.Wake();
        _thread.Join();
        lock (_statisticsLock) _final ??= ReadStatistics();
    }

    public void Dispose()
    {
        Stop();
        lock (_statisticsLock)
        {
            if (_disposed) return;
            _disposed = true;
            if (Cleanup.Run(_device.Dispose, _wait.Dispose) is { } error)
                _failure ??= CaptureErrors.Failed(_options.Interface, error.Message);
        }
    }

    private static IFrameWait CreateWait(LibPcapLiveDevice device)
    {
        if (!OperatingSystem.IsLinux()) return new BlockingFrameWait();
        var fd = PcapFunctions.SelectableFd(device.Handle);
        if (fd < 0) throw CaptureErrors.NotANetwork(device.Name);
        device.NonBlockingMode = true;
        return new LinuxFrameWait(device.Handle, fd);
    }

    // Every exception, including one of the sink, ends only this capture: no caller could catch it.
    private void Run()
    {
        if (OperatingSystem.IsLinux()) LinuxThread.SetNiceness(LinuxThread.BeforePrograms);
        try
        {
            _failure = ReadUntilStopped();
        }
        catch (Exception e)
        {
            _failure = CaptureErrors.Failed(_options.Interface, e.Message);
        }
    }

    private string? ReadUntilStopped()
    {
        long readSinceStop = 0;
        var isDown = false;
        while (true)
        {
            var stopping = Volatile.Read(ref _stopRequested);
            var status = _reader.Read(out var frame);
            if (status == GetPacketStatus.PacketRead)
            {
                if (_duplicates?.IsDuplicate(frame) != true)
                {
                    Volatile.Write(ref _received, _received + 1);
                    _sink.OnFrame(frame);
                }

                if (stopping == 0) continue;
                readSinceStop += frame.Bytes.Length;
                if (frame.Time.Nanoseconds - stopping > QuietMilliseconds * 1_000_000L) break;
                if (readSinceStop > _options.BufferBytes) break;
                continue;
            }

            if (status != GetPacketStatus.ReadTimeout) return WhyReadingFailed();

            // Frames from before the interface went down may still be in an open block: drain as for a stop.
            isDown = isDown || _wait.InterfaceIsDown;
            var isEnding = isDown || stopping != 0;
            if (!_wait.Wait(isEnding ? QuietMilliseconds : Timeout.Infinite)) break;
        }

        return isDown ? DownOrGone() : null;
    }

    private string WhyReadingFailed()
    {
        var error = _reader.LastError;
        return error.Contains("disappeared", StringComparison.Ordinal)
            ? CaptureErrors.Disappeared(_options.Interface)
            : CaptureErrors.Failed(_options.Interface, error);
    }

    // An interface is taken down before it is removed, so the list of interfaces distinguishes the two cases.
    private string DownOrGone() => CaptureInterface.Find().Any(found => found.Name == _options.Interface)
        ? CaptureErrors.WentDown(_options.Interface)
        : CaptureErrors.Disappeared(_options.Interface);

    private CaptureStatistics ReadStatistics()
    {
        var received = Volatile.Read(ref _received);
        if (!PcapFunctions.TryGetStatistics(_device.Handle, out var now)) return new CaptureStatistics(received, null, null);
        unchecked
        {
            return new CaptureStatistics(received, now.Dropped - _before.Dropped, now.DroppedByInterface - _before.DroppedByInterface);
        }
    }
}

/// <summary>A capture that runs until it is stopped.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>The link type, a LINKTYPE_ value.</summary>
    int LinkType { get; }

    /// <summary>Why the capture ended before it was stopped, in one line; null if it did not.</summary>
    string? Failure { get; }

    /// <summary>The counts so far; after <see cref="Stop"/> the final ones.</summary>
    CaptureStatistics Statistics { get; }

    /// <summary>Reads the frames that the kernel still holds, then ends the capture.</summary>
    void Stop();
}

/// <summary>The counts of a capture.</summary>
/// <param name="Received">Frames passed to the sink.</param>
/// <param name="DroppedByKernel">
/// Frames that passed the filter but did not fit the buffer; null if unknown. Exact on one interface. On <c>any</c> a
/// frame dropped on loopback may count twice, because it is both sent and received there.
/// </param>
/// <param name="DroppedByInterface">Frames dropped by the interface or its driver; null if unknown.</param>
internal readonly record struct CaptureStatistics(long Received, long? DroppedByKernel, long? DroppedByInterface);
