namespace TcpCapture.States;

/// <summary>What of the kernel's trace is wanted.</summary>
/// <param name="Port">TCP port of one of the ends; the kernel itself leaves out the others where it can.</param>
/// <param name="Drops">
/// Also packets thrown away. The kernel cannot narrow these to a port, so on a busy machine they may crowd out the rest.
/// </param>
internal sealed record TraceFilter(ushort Port, bool Drops = false);
