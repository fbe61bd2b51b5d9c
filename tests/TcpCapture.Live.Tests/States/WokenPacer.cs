using TcpCapture.Live.States;

namespace TcpCapture.Live.Tests.States;

/// <summary>Has no beat of its own: every round is one that the test asked for.</summary>
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
