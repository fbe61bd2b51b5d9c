using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>A listening socket, from a moment on.</summary>
/// <param name="Local">Its address.</param>
/// <param name="Since">When it was first known.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Name">The process's name; null where not known.</param>
internal sealed record SeenListener(Endpoint Local, Timestamp Since, EndOwner Owner, string? Name)
{
    /// <summary>True if a SYN to the address would come to it: a listener on :: most often takes IPv4, too.</summary>
    public bool Takes(Endpoint server) =>
        Local == server || (Local.Port == server.Port && Local.IsAnyAddress && (Local.IsV6 || !server.IsV6));
}
