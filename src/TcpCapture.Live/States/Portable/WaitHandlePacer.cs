namespace TcpCapture.Live.States.Portable;

/// <summary>The beat of any system: as exact as its wait with a time-out.</summary>
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
        // A late beat is not made up for by a hasty one.
        _nextBeat = Environment.TickCount64 + Math.Max(1, (long)interval.TotalMilliseconds);
        return true;
    }

    public void Wake() => _woken.Set();

    public void Dispose() => _woken.Dispose();
}
