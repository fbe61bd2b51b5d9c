using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>Error messages for failed socket calls, with advice.</summary>
internal static class ExchangeAdvice
{
    public static ExchangeException Explain(Side side, SocketCallException failure, ExchangeOptions options)
    {
        var (advice, remedy) = (failure.Call.Name, failure.Call.Error) switch
        {
            ("connect", "ECONNREFUSED") => ("no server listens there; start the server first", Remedy.StartServerFirst),
            ("connect", "ETIMEDOUT") => ("no answer; is the address right, and does a firewall drop the segments?", Remedy.None),
            ("connect", "ENETUNREACH" or "EHOSTUNREACH") => ("there is no route to that address", Remedy.None),
            ("bind", "EADDRINUSE") when side == Side.Client => ("another program has taken the client's port; run it again", Remedy.None),
            ("bind" or "listen", "EADDRINUSE") => (PortInUse(options), Remedy.ChoosePort),
            ("bind", "EADDRNOTAVAIL") => (NotLocal(options), Remedy.ChooseOwnAddress),
            ("setsockopt", "EPERM") => ("this needs CAP_NET_ADMIN", Remedy.UsePrivateNamespace),
            _ => ("the scenario does not expect this error", Remedy.None),
        };
        return new ExchangeException($"The {side.ToText()}'s {failure.Message}: {advice}.", failure, remedy);
    }

    public static string PortInUse(ExchangeOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"port {options.Port} is in use: end the program that holds it (ss -ltnp shows it) or choose another port");

    public static string NotLocal(ExchangeOptions options) =>
        $"{options.Address} is not an address of this machine: choose one that 'ip address' shows";
}
