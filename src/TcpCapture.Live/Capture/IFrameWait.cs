namespace TcpCapture.Live.Capture;

/// <summary>How the capture thread waits for frames, and how it is woken.</summary>
internal interface IFrameWait : IDisposable
{
    /// <summary>Waits for frames, a wake-up, an error of the interface or the time-out.</summary>
    /// <param name="milliseconds">The time-out, or -1 for none.</param>
    /// <returns>False if the time passed and there was nothing.</returns>
    bool Wait(int milliseconds);

    /// <summary>Ends a wait that is going on, or the next one. May be called from any thread.</summary>
    void Wake();

    /// <summary>True if the interface has gone down.</summary>
    bool InterfaceIsDown { get; }
}
