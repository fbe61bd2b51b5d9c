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
    /// <exception cref="TcpCaptureException">The run would fail.</exception>
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
                $"{scenario.Name} needs CAP_NET_ADMIN to forget a connection (TCP_REPAIR: {Errno.NameOf(error)}).",
                error,
                Remedy.UsePrivateNamespace);
        }
    }

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..] + ".";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
