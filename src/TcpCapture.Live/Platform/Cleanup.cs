namespace TcpCapture.Live.Platform;

/// <summary>Runs the steps of a clean-up: each of them, whichever fail.</summary>
internal static class Cleanup
{
    /// <summary>Runs every step in order.</summary>
    /// <returns>What the first failed step threw; null if none failed.</returns>
    public static Exception? Run(params ReadOnlySpan<Action> steps)
    {
        Exception? first = null;
        foreach (var step in steps)
        {
            try
            {
                step();
            }
            catch (Exception error)
            {
                first ??= error;
            }
        }

        return first;
    }
}
