using SharpPcap;
using SharpPcap.LibPcap;
using TcpCapture.Decoding.Link;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Capture;

/// <summary>
/// A running capture. Once <see cref="Open"/> has returned, every frame that passes the filter is kept by the kernel:
/// nothing sent afterwards is missed. One thread reads the frames and hands each to the sink.
/// </summary>
/// <remarks>
/// The end. The kernel gathers frames in blocks and hands a block over when it is full or the read time-out has passed.
/// So <see cref="Stop"/> goes on reading until nothing came for twice that time: every block begun before has then been
/// handed over. In immediate mode a frame is readable from the moment the kernel stamps it; the wait there only covers
/// what was sent but still stood in a receive queue of the kernel. On a link that is never idle reading ends
/// with the first frame stamped that long after Stop was called, or when as much was read as the buffer holds: all that
/// was in it at the call has then been read.
/// </remarks>
internal sealed class LiveCapture : IFrameSource
{
    // Two ticks of the slowest kernel clock in use (100 Hz): the kernel's block timer is that coarse.
    private const int ClockTicksMilliseconds = 20;

    private readonly LiveCaptureOptions _options;
    private readonly IObservationSink _sink;
    private readonly LibPcapLiveDevice _device;
    private readonly FrameReader _reader;
    private readonly IFrameWait _wait;
    private readonly Thread _thread;

    /// <summary>Where the capture sees several interfaces; null where it sees one.</summary>
    private readonly DuplicateFrameFilter? _repeated;

    /// <summary>
    /// What had been counted when the filter came into force. Between the opening and the filter the buffer takes everything that
    /// passes, and on a busy interface overflows: those frames were nobody's.
    /// </summary>
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
        if (_reader.LinkType == LinkTypes.LinuxSll2) _repeated = new DuplicateFrameFilter();
        _wait = wait;
        if (PcapFunctions.TryGetStatistics(device.Handle, out var before)) _before = before;
        _thread = new Thread(Run) { Name = "capture", IsBackground = true };
    }

    /// <summary>The link-layer type, a LINKTYPE_ value.</summary>
    public int LinkType => _reader.LinkType;

    /// <summary>Why the capture ended before it was stopped, in one line; null if it did not.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>The counts so far; after <see cref="Stop"/> the final ones.</summary>
    public CaptureStatistics Statistics
    {
        get
        {
            lock (_statisticsLock) return _final ?? ReadStatistics();
        }
    }

    private int QuietMilliseconds =>
        (_options.Immediate ? 0 : 2 * _options.ReadTimeoutMilliseconds) + ClockTicksMilliseconds;

    /// <summary>Begins to capture. On return the filter is in force and frames are being kept.</summary>
    /// <exception cref="TcpCaptureException">
    /// libpcap, the privilege or the interface is missing, or the filter is wrong.
    /// </exception>
    public static LiveCapture Open(LiveCaptureOptions options, IObservationSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReadTimeoutMilliseconds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Snaplen, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferBytes, 1);
        var device = CaptureDevice.Open(options);
        IFrameWait? wait = null;
        try
        {
            wait = CreateWait(device);
            var capture = new LiveCapture(options, sink, device, wait);
            capture._thread.Start();
            return capture;
        }
        catch
        {
            wait?.Dispose();
            device.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads what the kernel still holds, then ends the capture. Returns when the last frame has been handed over; not
    /// to be called by the sink.
    /// </summary>
    public void Stop()
    {
        if (Interlocked.CompareExchange(ref _stopRequested, Timestamp.Now.Nanoseconds, 0) == 0) _wait.Wake();
        _thread.Join();
        lock (_statisticsLock) _final ??= ReadStatistics();
    }

    /// <summary>Stops, and gives back what the capture held.</summary>
    public void Dispose()
    {
        Stop();
        lock (_statisticsLock)
        {
            if (_disposed) return;
            _disposed = true;
            if (Cleanup.Run(_device.Dispose, _wait.Dispose) is { } error) _failure ??= CaptureErrors.Failed(_options.Interface, error.Message);
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

    // Whatever goes wrong here, the sink included, ends this capture and nothing else: nobody is above this method.
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
                if (_repeated?.IsRepeated(frame) != true)
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

            // What came before the interface went down may stand in a block that is still open: drain as for a stop.
            isDown = isDown || _wait.InterfaceIsDown;
            var isEnding = isDown || stopping != 0;
            if (!_wait.Wait(isEnding ? QuietMilliseconds : Timeout.Infinite)) break;
        }

        return isDown ? DownOrGone() : null;
    }

    private string WhyReadingFailed()
    {
        var said = _reader.LastError;
        return said.Contains("disappeared", StringComparison.Ordinal)
            ? CaptureErrors.Disappeared(_options.Interface)
            : CaptureErrors.Failed(_options.Interface, said);
    }

    // An interface that is removed is taken down first; which of the two it was shows in whether it is still there.
    private string DownOrGone() => CaptureInterfaces.Find().Any(found => found.Name == _options.Interface)
        ? CaptureErrors.WentDown(_options.Interface)
        : CaptureErrors.Disappeared(_options.Interface);

    private CaptureStatistics ReadStatistics() =>
        PcapFunctions.TryGetStatistics(_device.Handle, out var counters)
            ? new CaptureStatistics(Volatile.Read(ref _received), unchecked(counters.Dropped - _before.Dropped), unchecked(counters.DroppedByInterface - _before.DroppedByInterface))
            : new CaptureStatistics(Volatile.Read(ref _received), null, null);
}
