using System.Globalization;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// The exchange all scenarios are made of: the client sends its messages and <c>End</c>, the server reads until it sees
/// <c>End</c> and answers <c>Finish!</c>. Client and server methods of a kind belong together: each pair passes the turn
/// equally often.
/// </summary>
internal static class Conversation
{
    private const string End = "End";
    private const string Answer = "Finish!";

    /// <summary>The client's whole part after connect.</summary>
    public static void Ask(this Actor client, LoggedSocket socket)
    {
        client.SendMessages(socket);
        client.ReceiveAnswer(socket);
    }

    /// <summary>The server's whole part after accept.</summary>
    public static void Serve(this Actor server, LoggedSocket socket)
    {
        server.ReceiveMessages(socket);
        server.SendAnswer(socket);
    }

    /// <summary>The client sends its messages, the last of them <c>End</c>, and lets the server read each.</summary>
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

    /// <summary>The server reads until it sees <c>End</c>.</summary>
    public static void ReceiveMessages(this Actor server, LoggedSocket socket)
    {
        var tail = "";
        while (true)
        {
            // Without lock-step messages may come joined or cut, so the end of the stream so far is what counts.
            var text = server.Receive(socket);
            if (text.Length == 0) throw new ExchangeException($"The client closed before it had sent '{End}'.");
            tail += text;
            if (tail.EndsWith(End, StringComparison.Ordinal)) return;
            tail = tail[^Math.Min(tail.Length, End.Length)..];
            server.Pass();
        }
    }

    /// <summary>The server answers, and lets the client read it.</summary>
    public static void SendAnswer(this Actor server, LoggedSocket socket)
    {
        server.Send(socket, Answer);
        server.Pass();
    }

    /// <summary>The client reads the answer.</summary>
    public static void ReceiveAnswer(this Actor client, LoggedSocket socket)
    {
        if (client.Receive(socket).Length > 0) return;
        throw new ExchangeException($"The server closed before it had sent '{Answer}'.");
    }

    /// <summary>The passive open of one connection.</summary>
    public static LoggedSocket ListenAndAccept(this Actor server)
    {
        var listener = server.Listen();
        server.Pass();
        return server.AcceptAndPass(listener);
    }

    /// <summary>accept, and the client's turn.</summary>
    public static LoggedSocket AcceptAndPass(this Actor server, LoggedSocket listener)
    {
        var socket = server.Accept(listener);
        server.Pass();
        return socket;
    }

    /// <summary>The active open, and the server's turn to accept.</summary>
    public static LoggedSocket ConnectAndPass(this Actor client)
    {
        var socket = client.Connect();
        client.Pass();
        return socket;
    }

    /// <summary>The text of a message.</summary>
    public static string Message(int number, string from) =>
        string.Create(CultureInfo.InvariantCulture, $"This is {number} msg from {from}");
}
