using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>Tells a person what to do about a call that failed.</summary>
internal static class ExchangeAdvice
{
    /// <summary>The line for a person about a call that failed though the scenario needs it.</summary>
    public static ExchangeException Explain(Side side, SocketCallException failure, ExchangeOptions options)
    {
        var (advice, remedy) = (failure.Call.Name, failure.Call.Error) switch
        {
            ("connect", "ECONNREFUSED") => ("nobody listens there; start the server first", Remedy.StartServerFirst),
            ("connect", "ETIMEDOUT") => ("nobody answered; is the address right, and does a firewall drop the segments?", Remedy.None),
            ("connect", "ENETUNREACH" or "EHOSTUNREACH") => ("there is no way to that address", Remedy.None),
            ("bind", "EADDRINUSE") when side == Side.Client => ("the client's own port has been taken by somebody else; run it again", Remedy.None),
            ("bind" or "listen", "EADDRINUSE") => (PortInUse(options), Remedy.ChoosePort),
            ("bind", "EADDRNOTAVAIL") => (NotLocal(options), Remedy.ChooseOwnAddress),
            ("setsockopt", "EPERM") => ("this needs CAP_NET_ADMIN", Remedy.UsePrivateNamespace),
            _ => ("the scenario does not expect that", Remedy.None),
        };
        return new ExchangeException($"The {side.ToText()}'s {failure.Message}: {advice}.", failure, remedy);
    }

    /// <summary>A clause: the port is in use.</summary>
    public static string PortInUse(ExchangeOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"port {options.Port} is in use: end the program that holds it (ss -ltnp shows it) or choose another port");

    /// <summary>A clause: the address is none of this machine's.</summary>
    public static string NotLocal(ExchangeOptions options) =>
        $"{options.Address} is not an address of this machine: choose one that 'ip address' shows";
}
