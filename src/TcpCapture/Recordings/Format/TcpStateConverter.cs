using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary><c>SYN_SENT</c>, <c>FIN_WAIT_2</c> ….</summary>
internal sealed class TcpStateConverter() : NamedValueConverter<TcpState>(TcpStateText.ToRfcName);
