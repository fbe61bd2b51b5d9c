namespace TcpCapture.Live.States.Portable;

/// <summary>A pacer for any system, as precise as the system's wait with a timeout.</summary>
internal sealed class WaitHandlePacer(TimeSpan interval) : IPacer
{
    private readonly AutoResetEvent _woken = new(false);
    private long _nextBeat = Environment.TickCount64;

    public TimeSpan Interval => interval;

    public bool Wait(bool untilWoken)
    {
        if (untilWoken)
        {
            _woken.WaitOne();
            return false;
        }

        var left = _nextBeat - Environment.TickCount64;
        if (left > 0 && _woken.WaitOne(TimeSpan.FromMilliseconds(left))) return false;
        // After a late beat the full interval starts again.
        _nextBeat = Environment.TickCount64 + Math.Max(1, (long)interval.TotalMilliseconds);
        return true;
    }

    public void Wake() => _woken.Set();
    public void Dispose() => _woken.Dispose();
}
