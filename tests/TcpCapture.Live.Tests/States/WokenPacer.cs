using TcpCapture.Live.States;

namespace TcpCapture.Live.Tests.States;

/// <summary>A pacer without a beat: a test starts every round.</summary>
internal sealed class WokenPacer : IPacer
{
    private readonly SemaphoreSlim _woken = new(0);

    public TimeSpan Interval => TimeSpan.FromMilliseconds(1);

    public bool Wait(bool untilWoken)
    {
        _woken.Wait();
        return false;
    }

    public void Wake() => _woken.Release();

    public void Dispose() => _woken.Dispose();
}
