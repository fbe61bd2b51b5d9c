namespace TcpCapture.Live.Capture;

/// <summary>A capture that runs until it is stopped.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>The link-layer type, a LINKTYPE_ value.</summary>
    int LinkType { get; }

    /// <summary>Why the capture ended before it was stopped, in one line; null if it did not.</summary>
    string? Failure { get; }

    /// <summary>The counts so far; after <see cref="Stop"/> the final ones.</summary>
    CaptureStatistics Statistics { get; }

    /// <summary>Reads what the kernel still holds, then ends the capture.</summary>
    void Stop();
}
