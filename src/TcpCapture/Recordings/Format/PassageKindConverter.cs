using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary><c>one-host</c>, <c>sent</c>, <c>unsent</c>.</summary>
internal sealed class PassageKindConverter() : NamedValueConverter<PassageKind>(kind => kind switch
{
    PassageKind.Sent => "sent",
    PassageKind.Unsent => "unsent",
    _ => "one-host",
});
