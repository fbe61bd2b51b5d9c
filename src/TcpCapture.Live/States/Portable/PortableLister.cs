using System.Net.NetworkInformation;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Portable;

/// <summary>Lists sockets from the system's connection table, on every system .NET supports.</summary>
internal sealed class PortableLister : ISocketLister
{
    public IReadOnlyList<ListedSocket> List(IReadOnlyList<ushort> ports)
    {
        var found = new List<ListedSocket>();
        var begin = Timestamp.Now;
        try
        {
            var table = IPGlobalProperties.GetIPGlobalProperties();
            foreach (var connection in table.GetActiveTcpConnections())
            {
                var end = new FourTuple(Endpoint.From(connection.LocalEndPoint), Endpoint.From(connection.RemoteEndPoint));
                if (PortableLookup.ToSnapshot(connection.State) is { IsPresent: true } snapshot && IsWanted(end, ports))
                    found.Add(new ListedSocket(end, new SocketReading(begin, Timestamp.Now, snapshot)));
            }

            foreach (var listener in table.GetActiveTcpListeners())
            {
                var end = WatchedSocket.ForListener(Endpoint.From(listener));
                if (!IsWanted(end, ports)) continue;
                found.Add(new ListedSocket(end, new SocketReading(begin, Timestamp.Now, PortableLookup.Listening)));
            }
        }
        catch (NetworkInformationException exception)
        {
            throw new StateSourceException($"The system does not list its TCP sockets ({exception.Message}).", exception);
        }

        return found;
    }

    private static bool IsWanted(FourTuple end, IReadOnlyList<ushort> ports) =>
        ports.Count == 0 || ports.Contains(end.Local.Port) || ports.Contains(end.Remote.Port);
}
