using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>A segment of generated traffic.</summary>
/// <param name="Port">The client's port.</param>
/// <param name="Side">0 for the client, 1 for the server.</param>
/// <param name="Flags">Control bits.</param>
/// <param name="Seq">Sequence number.</param>
/// <param name="Ack">The acknowledgement field, also without the flag.</param>
/// <param name="Window">The window field.</param>
/// <param name="Length">Payload bytes.</param>
/// <param name="Scale">The window scale option's shift, or null for none.</param>
internal sealed record GeneratedSegment(ushort Port, int Side, TcpFlags Flags, uint Seq, uint Ack, ushort Window, int Length, byte? Scale);
