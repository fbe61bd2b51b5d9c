using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary><c>client</c>, <c>server</c>.</summary>
internal sealed class SideConverter() : NamedValueConverter<Side>(SideExtensions.ToText);
