namespace TcpCapture.Live.Observation;

/// <summary>Steps that each run whatever the step before did. The first failure is kept.</summary>
internal sealed class EndSteps
{
    /// <summary>The first failure; null if every step succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs a step.</summary>
    public void Run(Action step)
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
