#!/usr/bin/env python3
"""Creates the recording in this folder. Run as root on Linux 6.3 or later. README.md describes the files."""
import os, socket, struct

TRACING = os.environ.get("TRACING", "/sys/kernel/tracing")
CALLS = {
    "socket": "", "bind": "", "listen": "", "connect": "", "accept": "", "accept4": "", "shutdown": "",
    "setsockopt": "level==1&&optname==13", "close": "", "close_range": "", "dup": "", "dup2": "", "dup3": "",
    "fcntl": "cmd==0||cmd==2||cmd==1030", "ioctl": "cmd==0x5451||cmd==0x5450", "read": "", "readv": "", "recvfrom": "",
    "recvmsg": "", "recvmmsg": "", "write": "", "writev": "", "sendto": "", "sendmsg": "", "sendmmsg": "", "sendfile64": "",
    "splice": "", "exit_group": "", "io_uring_setup": "",
}
WITHOUT_EXIT = {"ioctl", "exit_group", "read", "readv", "write", "writev"}
OTHERS = {
    "task/task_newtask": "", "sched/sched_process_exec": "", "sched/sched_process_exit": "",
    "signal/signal_deliver": "sa_handler==0",
    "sock/sock_send_length": "protocol==6||protocol==262", "sock/sock_recv_length": "protocol==6||protocol==262",
}
STATES = {"sock/inet_sock_set_state": "protocol==6"}


def put(path, text):
    with open(path, "w") as file:
        file.write(text)


def instance(name, events):
    path = f"{TRACING}/instances/{name}"
    os.mkdir(path)
    put(f"{path}/trace_clock", "tai")
    for event, narrow in events.items():
        if narrow:
            put(f"{path}/events/{event}/filter", narrow)
    return path


def server(listener):
    connection, peer = listener.accept()
    connection.recv(100)
    connection.sendall(b"Finish!")
    connection.recv(100)
    connection.close()
    connection, peer = listener.accept()
    connection.recv(100)
    try:
        connection.recv(100)
    except ConnectionResetError:
        pass
    connection.close()
    connection, peer = listener.accept()
    connection.recv(100)
    os.kill(os.getpid(), 9)


def client(port):
    first = socket.socket()
    first.connect(("127.0.0.1", port))
    copy = os.dup(first.fileno())
    os.write(first.fileno(), b"This is 0 msg from client")
    first.recv(7, socket.MSG_PEEK)
    first.recv(100)
    os.close(copy)
    first.shutdown(socket.SHUT_WR)
    first.close()
    second = socket.socket()
    second.connect(("127.0.0.1", port))
    second.sendall(b"End")
    second.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    second.close()
    third = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    third.connect_ex(("127.0.0.1", port))
    try:
        third.recv(10)
    except BlockingIOError:
        pass
    third.sendall(b"held open")
    refused = socket.socket()
    refused.connect_ex(("127.0.0.1", 9))
    os._exit(3)


def main():
    events = {f"syscalls/sys_enter_{name}": narrow for name, narrow in CALLS.items()}
    events |= {f"syscalls/sys_exit_{name}": "" for name in CALLS if name not in WITHOUT_EXIT} | OTHERS
    programs, states = instance("tcpcapture-record-p", events), instance("tcpcapture-record-s", STATES)
    put(f"{programs}/options/event-fork", "1")
    put(f"{programs}/set_event_pid", str(os.getpid()))
    for path, wanted in ((programs, events), (states, STATES)):
        for event in wanted:
            put(f"{path}/events/{event}/enable", "1")
    listening, ready = os.pipe()
    children = [os.fork()]
    if children[0] == 0:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        os.write(ready, struct.pack("i", listener.getsockname()[1]))
        server(listener)
    port, = struct.unpack("i", os.read(listening, 4))
    children.append(os.fork())
    if children[1] == 0:
        client(port)
    for child in children:
        os.waitpid(child, 0)
    for path, wanted in ((programs, events), (states, STATES)):
        for event in wanted:
            put(f"{path}/events/{event}/enable", "0")
    for path, kind in ((programs, "programs"), (states, "states")):
        for cpu in range(os.cpu_count()):
            pipe = os.open(f"{path}/per_cpu/cpu{cpu}/trace_pipe_raw", os.O_RDONLY | os.O_NONBLOCK)
            with open(f"{kind}-cpu{cpu}.pages", "wb") as file:
                try:
                    while page := os.read(pipe, 4096):
                        file.write(page)
                except BlockingIOError:
                    pass
            os.close(pipe)
        os.rmdir(path)
    with open("formats", "w") as file:
        for event in sorted(events | STATES):
            file.write(open(f"{TRACING}/events/{event}/format").read())
    put("facts", f"launcher {os.getpid()}\nserver {children[0]}\nclient {children[1]}\nport {port}\n")


main()
