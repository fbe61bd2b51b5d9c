"""server.py PORT [ADDRESS]: reads until "End", answers "Finish!", closes; repeats this for each connection."""
import socket
import sys

address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((address, int(sys.argv[1])))
listener.listen(5)
while True:
    connection, _ = listener.accept()
    data = b""
    while b"End" not in data:
        piece = connection.recv(1024)
        if not piece:
            break
        data += piece
    if data:
        connection.sendall(b"Finish!")
    connection.recv(1)
    connection.close()
