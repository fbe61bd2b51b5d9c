namespace TcpCapture.Tests.Recordings;

/// <summary>A row of a packet list.</summary>
/// <param name="Summary">Its kind, number and time.</param>
/// <param name="Text">A journal entry's message, a frame's first comment.</param>
/// <param name="Fields">A journal entry's fields by name, a frame's options by number.</param>
internal sealed record PacketRow(string Summary, string Text, IReadOnlyDictionary<string, string> Fields);
