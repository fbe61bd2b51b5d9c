"""load.py PORT COUNT PORTS: COUNT connections one after another, from PORTS client ports in turn; the i-th sends i % 97 + 1
bytes and gets as many back. All but the last round over the ports
end with a reset, so that the ports can be used again at once."""
import socket
import struct
import sys
import threading

port, count, ports = (int(argument) for argument in sys.argv[1:])
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


server = threading.Thread(target=serve)
server.start()
for i in range(count):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if i < count - ports:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.bind(("127.0.0.1", 33000 + i % ports))
    client.connect(("127.0.0.1", port))
    message = b"x" * (i % 97 + 1)
    client.sendall(message)
    assert read(client, len(message)) == message
    client.close()
server.join()
print("done")
