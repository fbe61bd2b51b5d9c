using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary><c>one-host</c>, <c>sent</c>, <c>arrived</c>, <c>unsent</c>.</summary>
internal sealed class PassageKindConverter() : NamedValueConverter<PassageKind>(kind => kind switch
{
    PassageKind.Sent => "sent",
    PassageKind.Arrived => "arrived",
    PassageKind.Unsent => "unsent",
    _ => "one-host",
});
