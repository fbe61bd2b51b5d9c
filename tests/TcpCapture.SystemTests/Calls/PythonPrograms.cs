namespace TcpCapture.SystemTests.Calls;

/// <summary>Typical servers and clients in Python. A server prints its port; a client takes it as argument.</summary>
internal static class PythonPrograms
{
    public const string Server = """
        import contextlib, socket, sys
        listener = socket.socket()
        listener.bind(("127.0.0.1", int((sys.argv + [0])[1])))
        listener.listen(5)
        print(listener.getsockname()[1], flush=True)
        connection, peer = listener.accept()
        text = b""
        while not text.endswith(b"End"):
            text += connection.recv(1024)
        connection.sendall(b"Finish!")
        with contextlib.suppress(OSError): # the client may have reset the connection
            connection.shutdown(socket.SHUT_WR)
            connection.recv(10)
        connection.close()
        listener.close()
        """;

    public const string Client = """
        import os, socket, sys
        client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        os.write(client.fileno(), b"This is 0 msg from client")
        client.send(b"End")
        while client.recv(1024): pass
        client.close()
        """;

    /// <summary>Forked workers share the listener; each serves until it receives "end".</summary>
    public const string ForkingServer = """
        import os, socket
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        print(listener.getsockname()[1], flush=True)
        for worker in range(3):
            if os.fork() == 0:
                while True:
                    connection, peer = listener.accept()
                    word = connection.recv(100)
                    connection.sendall(word)
                    connection.close()
                    if word == b"end": os._exit(0)
        listener.close()
        for worker in range(3): os.wait()
        """;

    /// <summary>Forty connections in sequence, then one "end" for each worker.</summary>
    public const string ManyClients = """
        import socket, sys
        for i in range(40 + 3):
            client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            client.sendall(b"end" if i >= 40 else b"word")
            client.recv(100)
            client.close()
        """;

    /// <summary>Keeps some connections to itself open, and opens and closes others until its input ends.</summary>
    public const string OwnConnections = """
        import select, socket, sys
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4000)
        kept = [socket.create_connection(listener.getsockname()) for i in range(5)]
        print("connected", flush=True)
        while not select.select([sys.stdin], [], [], 0.001)[0]:
            socket.create_connection(listener.getsockname()).close()
            listener.accept()[0].close()
        """;

    /// <summary>One thread for each connection, on a dual-stack listener.</summary>
    public const string ThreadingServer = """
        import socket, threading
        listener = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)
        print(listener.getsockname()[1], flush=True)
        def serve(connection):
            with connection:
                while (data := connection.recv(65536)): connection.sendall(data)
        threads = []
        for i in range(30):
            connection, peer = listener.accept()
            threads.append(threading.Thread(target=serve, args=(connection,)))
            threads[-1].start()
        for thread in threads: thread.join()
        listener.close()
        """;

    /// <summary>Three threads with ten connections each, over IPv4 and IPv6.</summary>
    public const string ThreadingClient = """
        import socket, sys, threading
        def work(host):
            for i in range(10):
                with socket.create_connection((host, int(sys.argv[1]))) as client:
                    client.sendall(b"x" * 1000)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(300): pass
        threads = [threading.Thread(target=work, args=(host,)) for host in ("127.0.0.1", "::1", "127.0.0.2")]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """;

    /// <summary>The web server of Python, for one request.</summary>
    public const string WebServer = """
        import http.server
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
        print(server.server_address[1], flush=True)
        server.handle_request()
        server.server_close()
        """;

    /// <summary>Four processes with eight threads each accept from one listener, until the input ends.</summary>
    public const string BusyServer = """
        import os, signal, socket, sys, threading
        listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        print(listener.getsockname()[1], flush=True)
        def serve():
            while True:
                connection, peer = listener.accept()
                while connection.recv(65536): pass
                connection.sendall(b"done")
                connection.close()
        children = []
        for i in range(4):
            children.append(os.fork())
            if children[-1] == 0:
                for j in range(8): threading.Thread(target=serve, daemon=True).start()
                signal.pause()
        sys.stdin.read()
        for child in children: os.kill(child, signal.SIGTERM)
        for child in children: os.waitpid(child, 0)
        """;

    /// <summary>Four processes with 500 connections each. Every connection sends a different number of bytes.</summary>
    public const string BusyClient = """
        import os, socket, sys
        children = []
        for i in range(4):
            children.append(os.fork())
            if children[-1] == 0:
                for j in range(500):
                    client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                    client.sendall(b"x" * (1 + i * 500 + j))
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(100): pass
                    client.close()
                os._exit(0)
        for child in children: os.waitpid(child, 0)
        """;

    /// <summary>Non-blocking sockets with epoll.</summary>
    public const string AsynchronousServer = """
        import asyncio
        served = 0
        async def serve(reader, writer):
            global served
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            served += 1
            if served == 20: done.set()
        async def main():
            global done
            done = asyncio.Event()
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            await done.wait()
            server.close()
        asyncio.run(main())
        """;

    /// <summary>Twenty concurrent connections.</summary>
    public const string AsynchronousClient = """
        import asyncio, sys
        async def ask():
            reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
            writer.write(b"hello\n")
            await reader.readline()
            await reader.read()
            writer.close()
            await writer.wait_closed()
        async def main():
            await asyncio.gather(*(ask() for i in range(20)))
        asyncio.run(main())
        """;
}
