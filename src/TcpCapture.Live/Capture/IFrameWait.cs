namespace TcpCapture.Live.Capture;

/// <summary>Lets the capture thread wait for frames, and lets others wake it.</summary>
internal interface IFrameWait : IDisposable
{
    /// <summary>Waits for frames, a wake-up or an interface error; false if none came in time. -1 sets no limit.</summary>
    bool Wait(int milliseconds);

    /// <summary>Ends the current wait, or the next one. Safe to call from any thread.</summary>
    void Wake();

    bool InterfaceIsDown { get; }
}

/// <summary>Used where libpcap has no descriptor to poll. The device blocks, so the read itself waits for the read timeout.</summary>
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
