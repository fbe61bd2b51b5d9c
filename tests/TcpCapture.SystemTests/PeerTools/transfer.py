"""transfer.py serve ADDRESS PORT HOW | transfer.py send ADDRESS PORT HOW BYTES: a transfer, and how it is received or kept."""
import socket
import sys
import time

role, address, port, how = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]

if role == "serve":
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if how == "slow":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind((address, port))
    listener.listen(5)
    while True:
        connection, _ = listener.accept()
        if how == "slow":
            time.sleep(1)
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        connection.close()

for turn in range(4 if how == "reuse" else 1):
    connection = socket.socket()
    if how == "reuse":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.bind(("", 45555))
    connection.connect((address, port))
    if how == "idle":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    connection.sendall(bytes(int(sys.argv[5])))
    if how == "idle":
        time.sleep(2.5)
    if how != "reuse":
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
    connection.close()
