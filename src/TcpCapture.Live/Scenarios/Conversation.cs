using System.Globalization;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// The exchange that all scenarios share: the client sends its messages and <c>End</c>; the server reads until <c>End</c>
/// and answers <c>Finish!</c>. Corresponding methods of client and server pass the baton equally often.
/// </summary>
internal static class Conversation
{
    private const string End = "End";
    private const string Answer = "Finish!";

    /// <summary>Performs the client's part after connect.</summary>
    public static void Ask(this Actor client, LoggedSocket socket)
    {
        client.SendMessages(socket);
        client.ReceiveAnswer(socket);
    }

    /// <summary>Performs the server's part after accept.</summary>
    public static void Serve(this Actor server, LoggedSocket socket)
    {
        server.ReceiveMessages(socket);
        server.SendAnswer(socket);
    }

    public static void SendMessages(this Actor client, LoggedSocket socket)
    {
        for (var i = 0; i < client.Options.Messages; i++)
        {
            client.Send(socket, Message(i, "client"));
            client.Pass();
        }

        client.Send(socket, End);
        client.Pass();
    }

    public static void ReceiveMessages(this Actor server, LoggedSocket socket)
    {
        var tail = "";
        while (true)
        {
            // Without lock-step, messages can arrive joined or split, so the end of the stream is compared.
            var text = server.Receive(socket);
            if (text.Length == 0) throw new ExchangeException($"The client closed before it had sent '{End}'.");
            tail += text;
            if (tail.EndsWith(End, StringComparison.Ordinal)) return;
            tail = tail[^Math.Min(tail.Length, End.Length)..];
            server.Pass();
        }
    }

    public static void SendAnswer(this Actor server, LoggedSocket socket)
    {
        server.Send(socket, Answer);
        server.Pass();
    }

    public static void ReceiveAnswer(this Actor client, LoggedSocket socket)
    {
        if (client.Receive(socket).Length > 0) return;
        throw new ExchangeException($"The server closed before it had sent '{Answer}'.");
    }

    public static LoggedSocket ConnectAndAsk(this Actor client)
    {
        var socket = client.ConnectAndPass();
        client.Ask(socket);
        return socket;
    }

    public static LoggedSocket ListenAndServe(this Actor server)
    {
        var socket = server.ListenAndAccept();
        server.Serve(socket);
        return socket;
    }

    public static LoggedSocket ListenAndAccept(this Actor server)
    {
        var listener = server.Listen();
        server.Pass();
        return server.AcceptAndPass(listener);
    }

    public static LoggedSocket AcceptAndPass(this Actor server, LoggedSocket listener)
    {
        var socket = server.Accept(listener);
        server.Pass();
        return socket;
    }

    public static LoggedSocket ConnectAndPass(this Actor client)
    {
        var socket = client.Connect();
        client.Pass();
        return socket;
    }

    public static string Message(int number, string from) =>
        string.Create(CultureInfo.InvariantCulture, $"This is {number} msg from {from}");
}
