namespace TcpCapture.Live.States;

/// <summary>Whether one way to observe socket states works here.</summary>
/// <param name="Source">Which one.</param>
/// <param name="Name">Its name as <c>--states</c> takes it.</param>
/// <param name="IsAvailable">True if it can be used now, by this user, in this network namespace.</param>
/// <param name="Reason">One sentence: what it gives, or why it cannot be used and what to do.</param>
public sealed record StateSourceAvailability(StateSourceChoice Source, string Name, bool IsAvailable, string Reason);
