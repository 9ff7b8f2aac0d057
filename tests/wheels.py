"""A package index of the tests' own: tiny wheels, and this environment's pip, served on loopback."""

import hashlib
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path


def wheel(name: str, version: str, source: str) -> bytes:
    """Return a wheel whose one module *name* holds *source*."""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return _pack(
        {
            f"{name}.py": source.encode(),
            f"{name}-{version}.dist-info/METADATA": metadata.encode(),
            f"{name}-{version}.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        },
        f"{name}-{version}.dist-info/RECORD",
    )


def pip_wheel() -> tuple[str, bytes]:
    """Return the pip of this environment as a wheel again: its file name and content."""
    pip = distribution("pip")
    information = f"pip-{pip.version}.dist-info"
    files = [file for file in pip.files or [] if file.parts[0] in ("pip", information) and file.suffix != ".pyc"]
    contents = {
        str(file): file.read_binary() for file in files if file.name != "RECORD" and Path(file.locate()).is_file()
    }
    return f"pip-{pip.version}-py3-none-any.whl", _pack(contents, f"{information}/RECORD")


def _pack(files: dict[str, bytes], record: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            # With a fixed date, the same content is the same wheel.
            archive.writestr(zipfile.ZipInfo(name), content)
        archive.writestr(zipfile.ZipInfo(record), "".join(f"{name},,\n" for name in [*files, record]))
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Index:
    """The files it offers, the paths it was asked for, and a brake on its downloads."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.authorizations: set[str | None] = set()
        self.stalled = threading.Event()
        self.stall = False
        self.url = ""

    def answer(self, path: str) -> bytes | None:
        """Return what *path* holds: a project's page, or a file."""
        self.asked.append(path)
        parts = path.strip("/").split("/")
        if parts[0] == "simple" and len(parts) == 2:
            names = [file for file in self.files if file.startswith(f"{parts[1].replace('-', '_')}-")]
            return "".join(f'<a href="/files/{name}">{name}</a>' for name in names).encode() if names else None
        if parts[0] == "files" and self.stall:
            self.stalled.set()
            while self.stall:
                time.sleep(0.02)
        return self.files.get(parts[-1]) if parts[0] == "files" else None


@contextmanager
def serving() -> Iterator[Index]:
    """Yield an index that is served while the context lasts."""
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.authorizations.add(self.headers["Authorization"])
            content = index.answer(self.path)
            try:
                self.send_response(200 if content is not None else 404)
                self.send_header("Content-Type", "text/html" if "/simple/" in self.path else "application/octet-stream")
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    index.url = f"http://127.0.0.1:{server.server_port}/simple"
    try:
        yield index
    finally:
        index.stall = False
        server.shutdown()
        server.server_close()
        thread.join()
