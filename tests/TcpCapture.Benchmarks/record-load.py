#!/usr/bin/env python3
"""Puts `tcpcapture record` under short connections, beside one that lasts, and holds its parts against tcpdump.

usage: record-load.py TCPCAPTURE FOLDER CONNECTIONS [OPTION OF RECORD...]

Prints the resident memory while it goes on, and at the end whether a frame is missing or there twice. Needs root and
tcpdump. Frames that tcpdump itself has dropped are counted as "not in tcpdump".
"""
import collections, glob, os, signal, socket, struct, subprocess, sys, tempfile, threading, time

command, folder, connections, options = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]


def answer(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def exchange(client):
    client.sendall(b"x" * 100)
    client.recv(1000)


def last(port):
    with socket.create_connection(("127.0.0.1", port)) as client:
        while True:
            exchange(client)
            time.sleep(0.02)


def frames(path):
    with open(path, "rb") as file:
        data = file.read()
    offset = 24
    while offset + 16 <= len(data):
        length = struct.unpack_from("<I", data, offset + 8)[0]
        yield data[offset + 16 : offset + 16 + length]
        offset += 16 + length


def resident(process):
    with open(f"/proc/{process.pid}/status") as status:
        return {line.split()[0]: int(line.split()[1]) // 1000 for line in status if line.startswith(("VmRSS", "VmHWM"))}


listener = socket.create_server(("127.0.0.1", 0), backlog=128)
port = listener.getsockname()[1]
server = os.fork()  # apart from the clients, so that both cores have work
if server == 0:
    serve(listener)
oracle = tempfile.NamedTemporaryFile(suffix=".pcap")
tcpdump = subprocess.Popen(
    ["tcpdump", "-i", "lo", "-U", "--immediate-mode", "-B", "65536", "-Z", "root", "-w", oracle.name, "tcp", "port", str(port)],
    stderr=subprocess.PIPE, text=True)
tcpdump.stderr.readline()
threading.Thread(target=last, args=(port,), daemon=True).start()
recorder = subprocess.Popen([command, "record", "--port", str(port), "--output", folder, "--json", *options])
while not glob.glob(folder + "/**/recording.pcapng.partial", recursive=True):
    time.sleep(0.05)
time.sleep(2)
begun = shown = time.time()
for _ in range(connections):
    with socket.create_connection(("127.0.0.1", port)) as client:
        exchange(client)
    if time.time() - shown > 5:
        shown = time.time()
        print(f"{shown - begun:.0f} s, MB: {resident(recorder)}", flush=True)
print(f"{connections} connections in {time.time() - begun:.1f} s, MB: {resident(recorder)}", flush=True)
recorder.send_signal(signal.SIGINT)
ending = time.time()
recorder.wait()
print(f"exit code {recorder.returncode} after {time.time() - ending:.1f} s")
time.sleep(1)
tcpdump.send_signal(signal.SIGINT)
print(tcpdump.communicate()[1].strip().replace("\n", ", "))
recorded = [frame for path in sorted(glob.glob(folder + "/**/capture.pcap", recursive=True)) for frame in frames(path)]
seen = list(frames(oracle.name))
seen = seen[seen.index(recorded[0]):]
missing = collections.Counter(seen[: seen.index(recorded[-1])]) - collections.Counter(recorded)
extra = collections.Counter(recorded) - collections.Counter(seen)
print(f"{len(recorded)} frames recorded: {missing.total()} missing, {len(recorded) - len(set(recorded))} twice, {extra.total()} not in tcpdump")
os.kill(server, signal.SIGKILL)
