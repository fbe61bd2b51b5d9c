namespace TcpCapture.Live.States.Tracing;

/// <summary>What of the kernel's trace is wanted.</summary>
/// <param name="Ports">
/// TCP ports, of which one of the ends has one; the kernel itself leaves out the others where it can. None: every port.
/// </param>
/// <param name="Drops">
/// Also packets thrown away. The kernel cannot narrow these to a port, so on a busy machine they may crowd out the rest.
/// </param>
internal sealed record TraceFilter(IReadOnlyList<ushort> Ports, bool Drops = false);
