using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>Checks before a run that it can succeed.</summary>
internal static class ExchangePreflight
{
    /// <summary>Checks the options and tries to bind. It sends no segment.</summary>
    public static void Check(IScenario scenario, ExchangeOptions options)
    {
        if (options.Port is < 1 or > 65535)
            throw new ExchangeException(Line($"Port {options.Port} does not exist: choose one from 1 to 65535."));
        if (options.Messages is < 0 or > 1_000_000)
            throw new ExchangeException(Line($"{options.Messages} messages cannot be sent: choose from 0 to 1000000."));
        if (options.Backlog is < 0 or > 4096)
            throw new ExchangeException(Line($"A backlog of {options.Backlog} cannot be used: choose from 0 to 4096."));
        if (options.Role != ExchangeRole.Server && Endpoint.From(options.Address, 0).IsAnyAddress)
        {
            throw new ExchangeException(
                $"A client cannot connect to {options.Address}: name the server's own address.", remedy: Remedy.ChooseAddress);
        }

        if (scenario.NeedsNetAdmin && options.Role != ExchangeRole.Server) CheckNetAdmin(scenario, options);
        if (options.Role != ExchangeRole.Client && scenario.ListensAt(options)) CheckBind(options);
    }

    private static void CheckBind(ExchangeOptions options)
    {
        try
        {
            using var socket = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(options.Address, options.Port));
        }
        catch (SocketException error)
        {
            throw new ExchangeException(
                error.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => Sentence(ExchangeAdvice.PortInUse(options)),
                    SocketError.AddressNotAvailable => Sentence(ExchangeAdvice.NotLocal(options)),
                    SocketError.AccessDenied =>
                        Line($"Only root may bind port {options.Port}: choose a port above 1023."),
                    SocketError.AddressFamilyNotSupported =>
                        $"This machine does not support {options.Address.AddressFamily}.",
                    _ => $"The server cannot bind {new IPEndPoint(options.Address, options.Port)}: {Errno.NameOf(error)}.",
                },
                error,
                error.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse or SocketError.AccessDenied => Remedy.ChoosePort,
                    SocketError.AddressNotAvailable => Remedy.ChooseOwnAddress,
                    SocketError.AddressFamilyNotSupported => Remedy.ChooseAddress,
                    _ => Remedy.None,
                });
        }
    }

    private static void CheckNetAdmin(IScenario scenario, ExchangeOptions options)
    {
        try
        {
            using var socket = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpOption.Repair, BitConverter.GetBytes(1));
        }
        catch (SocketException error)
        {
            throw new ExchangeException(
                $"{scenario.Name} needs CAP_NET_ADMIN to forget a connection (TCP_REPAIR: {Errno.NameOf(error)}).", error,
                Remedy.UsePrivateNamespace);
        }
    }

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..] + ".";
    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

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
