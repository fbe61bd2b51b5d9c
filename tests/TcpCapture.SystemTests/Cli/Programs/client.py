"""client.py PORT [ADDRESS]: five messages, "End", prints the answer, closes first."""
import socket
import sys

connection = socket.create_connection((sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1", int(sys.argv[1])))
for i in range(5):
    connection.sendall(b"This is %d msg from client" % i)
connection.sendall(b"End")
print(connection.recv(100).decode())
connection.close()
