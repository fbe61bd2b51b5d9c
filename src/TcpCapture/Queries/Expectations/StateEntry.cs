using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>An end's entry into a state, and how exactly it is known.</summary>
/// <param name="State">The state entered.</param>
/// <param name="Event">The event of the change.</param>
/// <param name="Evidence">How it is known.</param>
/// <param name="Earliest">It was not before this moment.</param>
/// <param name="Latest">It had happened by this moment; null if nothing that was seen shows when.</param>
internal readonly record struct StateEntry(TcpState State, VerdictEvent Event, Evidence Evidence, Timestamp Earliest, Timestamp? Latest);
