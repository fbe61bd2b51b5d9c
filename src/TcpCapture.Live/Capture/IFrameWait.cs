namespace TcpCapture.Live.Capture;

/// <summary>Lets the capture thread wait for frames, and lets others wake it.</summary>
internal interface IFrameWait : IDisposable
{
    /// <summary>
    /// Waits for frames, a wake-up or an interface error, for at most <paramref name="milliseconds"/> (-1: no limit).
    /// </summary>
    /// <returns>False if the time passed without any of them.</returns>
    bool Wait(int milliseconds);

    /// <summary>Ends the current wait, or the next one. Safe to call from any thread.</summary>
    void Wake();

    bool InterfaceIsDown { get; }
}

/// <summary>
/// Used where libpcap has no descriptor to poll: the device stays in blocking mode, and the read itself waits for at
/// most the read timeout.
/// </summary>
internal sealed class BlockingFrameWait : IFrameWait
{
    public bool InterfaceIsDown => false;

    public bool Wait(int milliseconds) => milliseconds < 0;

    public void Wake()
    {
    }

    public void Dispose()
    {
    }
}
