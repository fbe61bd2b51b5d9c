"""load.py PORT COUNT PORTS [RATE]: opens COUNT connections one after another, RATE per second (default: as fast as possible),
from PORTS client ports in turn, from 20000 up. Connection i sends i % 97 + 1 bytes and receives as many. All connections except
those of the last round end with a reset, so that their ports can be reused at once.

The client ports are below the ephemeral range, where a TIME_WAIT of another program could prevent a bind for a minute. Neither
end waits forever for the other: an error at one end ends the program."""
import socket
import struct
import sys
import threading
import time

PATIENCE = 30
FIRST = 20000

port, count, ports = (int(argument) for argument in sys.argv[1:4])
rate = float(sys.argv[4]) if len(sys.argv) > 4 else None
socket.setdefaulttimeout(PATIENCE)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(128)


def read(connection, length):
    data = b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def serve():
    for i in range(count):
        connection, _ = listener.accept()
        connection.sendall(read(connection, i % 97 + 1))
        try:
            connection.recv(1)
        except ConnectionResetError:
            pass
        connection.close()


server = threading.Thread(target=serve, daemon=True)
server.start()
begin = time.monotonic()
for i in range(count):
    if rate:
        time.sleep(max(0, begin + i / rate - time.monotonic()))
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if i < count - ports:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.bind(("127.0.0.1", FIRST + i % ports))
    client.connect(("127.0.0.1", port))
    message = b"x" * (i % 97 + 1)
    client.sendall(message)
    assert read(client, len(message)) == message
    client.close()
server.join(PATIENCE)
sys.exit("the server did not end" if server.is_alive() else print("done"))
