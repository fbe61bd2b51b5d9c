namespace TcpCapture.Live.Platform;

/// <summary>Runs steps of which each must run even if an earlier one fails, and keeps the first failure.</summary>
internal sealed class Cleanup
{
    /// <summary>The first failure; null if every step so far succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs the steps in order and returns the first failure; null if every step succeeded.</summary>
    public static Exception? Run(params ReadOnlySpan<Action> steps)
    {
        var cleanup = new Cleanup();
        foreach (var step in steps) cleanup.Step(step);
        return cleanup.Failure;
    }

    /// <summary>Makes a result from a part, which is disposed if that fails.</summary>
    public static T OrDispose<TPart, T>(TPart part, Func<TPart, T> make)
        where TPart : IDisposable
    {
        try
        {
            return make(part);
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public void Step(Action step)
    {
        try
        {
            step();
        }
        catch (Exception error)
        {
            Failure ??= error;
        }
    }
}
