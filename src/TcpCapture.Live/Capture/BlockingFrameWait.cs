namespace TcpCapture.Live.Capture;

/// <summary>
/// Where there is no descriptor to poll, the device is left in blocking mode and reading is itself the wait, for the read
/// time-out at most. A read that came back empty has waited that long.
/// </summary>
internal sealed class BlockingFrameWait : IFrameWait
{
    /// <inheritdoc/>
    public bool InterfaceIsDown => false;

    /// <inheritdoc/>
    public bool Wait(int milliseconds) => milliseconds < 0;

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
