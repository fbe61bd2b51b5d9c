namespace TcpCapture.Live.States;

/// <summary>Gives a sampling thread its beat.</summary>
internal interface IPacer : IDisposable
{
    TimeSpan Interval { get; }

    /// <summary>Waits for the next beat or for <see cref="Wake"/>, whichever is first.</summary>
    /// <param name="untilWoken">Nothing is to be done at the beat: wait for <see cref="Wake"/> alone.</param>
    /// <returns>True if it is time for a round.</returns>
    bool Wait(bool untilWoken);

    /// <summary>Ends the current or the next <see cref="Wait"/>. Any thread.</summary>
    void Wake();
}
