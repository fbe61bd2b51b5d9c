namespace TcpCapture.Live.States;

/// <summary>Whether one way to observe socket states works here.</summary>
/// <param name="Source">Which one.</param>
/// <param name="Name">Its name: <c>traced</c>, <c>sampled</c> or <c>portable</c>.</param>
/// <param name="IsAvailable">True if it can be used now, by this user, in this network namespace.</param>
/// <param name="Reason">One sentence: what it gives, or why it cannot be used.</param>
public sealed record StateSourceAvailability(StateSourceChoice Source, string Name, bool IsAvailable, string Reason)
{
    /// <summary>What to do if it is not available.</summary>
    public Remedy Remedy { get; init; }
}
