"""A client of its own process that keeps a server busy: raw sockets, kept alive, a request in flight on each."""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from multiprocessing.connection import Connection
from types import TracebackType
from typing import NamedTuple

CONNECTIONS = 8
BUFFER = 1 << 20


class Load(NamedTuple):
    """What came of one run."""

    requests: int
    seconds: float
    busy: float
    """The share of the time in which the client itself was at work."""
    size: float
    """The mean size of an answer's body, in bytes."""


class Client:
    """Sends bodies with *key* from another process: those of a pool round and round, each run from where the last one ended."""

    def __init__(self, pools: Mapping[str, Sequence[bytes]], key: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._here, there = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(there, dict(pools), key), daemon=True)
        self._process.start()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.close()
        self._process.join(5)

    def run(self, port: int, path: str, pool: str, seconds: float) -> Load:
        """Keep the server at *port* busy for so long."""
        self._here.send((port, path, pool, seconds))
        answer = self._here.recv()
        if isinstance(answer, Exception):
            raise answer
        return Load(*answer)


def _serve(orders: Connection, pools: dict[str, Sequence[bytes]], key: str) -> None:
    bodies = {pool: cycle(listed) for pool, listed in pools.items()}
    while True:
        try:
            port, path, pool, seconds = orders.recv()
        except EOFError:
            return
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n"
            "content-type: application/json\r\ncontent-length: "
        )
        start = head.encode()
        try:
            orders.send(
                tuple(_run(port, (b"%b%d\r\n\r\n%b" % (start, len(body), body) for body in bodies[pool]), seconds))
            )
        except Exception as error:
            orders.send(error)


def _run(port: int, requests: Iterator[bytes], seconds: float) -> Load:
    selector = selectors.DefaultSelector()
    buffer = memoryview(bytearray(BUFFER))
    left: dict[socket.socket, int] = {}
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        left[connection] = 0
        connection.sendall(next(requests))
    done = received = 0
    worked, started = time.process_time(), time.perf_counter()
    while time.perf_counter() - started < seconds:
        for key, _ in selector.select():
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            count = connection.recv_into(buffer)
            if left[connection] == 0:
                size, head = _sizes(buffer[:count])
                received += size
                count -= head
                left[connection] = size
            left[connection] -= count
            if left[connection] == 0:
                done += 1
                connection.sendall(next(requests))
    passed, worked = time.perf_counter() - started, time.process_time() - worked
    for connection in left:
        connection.close()
    return Load(done, passed, worked / passed, received / max(done, 1))


def _sizes(answer: memoryview) -> tuple[int, int]:
    """Return the sizes of the body and of the head of an answer."""
    head, found, _ = bytes(answer[:2000]).partition(b"\r\n\r\n")
    if not found or not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"not the answer wished for: {bytes(answer[:300])!r}")
    _, _, size = head.lower().partition(b"content-length:")
    return int(size.partition(b"\r\n")[0]), len(head) + 4
