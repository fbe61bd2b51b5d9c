using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>The kind of a kernel event as a recording writes it.</summary>
internal sealed class KernelEventKindConverter() : NamedValueConverter<KernelEventKind>(kind => kind.ToText());
