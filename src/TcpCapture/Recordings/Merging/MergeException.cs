namespace TcpCapture.Recordings.Merging;

/// <summary>Two recordings cannot be merged. The message is one line for people: what, why and what to do.</summary>
public sealed class MergeException : Exception
{
    /// <summary>With a message for people.</summary>
    public MergeException(string message)
        : base(message)
    {
    }
}
