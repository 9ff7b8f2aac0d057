"""The project's `.venv`: built from the hash-locked requirements, renewed when they change.

Standard library only, and quick to import: every command asks it first. Whatever
cuts a build short (Ctrl-C, kill, power, a lost network), the next call finds no
mark of completion and starts over; what was downloaded comes from pip's cache.
"""

from __future__ import annotations

import os
import sys

# Debian's python3 comes without ensurepip: then this pip is fetched from the package index.
PIP = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
# Wheels only: a bare machine has no compiler, and a build would fetch tools that no hash covers.
PIP_OPTIONS = ("--require-hashes", "--only-binary=:all:", "--progress-bar=off", "--no-input")

# What each set of requirements holds beside its own.
HOLDS = {
    "runtime": ("runtime",),
    "engines": ("runtime", "engines"),
    "tracing": ("runtime", "tracing"),
    "test": ("runtime", "engines", "tracing", "test"),
    "spark": ("runtime", "engines", "spark"),
}
# No wheel of Spark's is published. One is made with locked tools, which a build apart would fetch unlocked.
BUILT = {"spark": "build"}

# What pip says when it fails, and what its reader can do about it. First match wins.
ADVICE = (
    (
        "CERTIFICATE_VERIFY_FAILED",
        "软件源的证书没有通过校验：请安装根证书（apt install ca-certificates），或用 PIP_CERT=文件 指定本单位的。",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "下载到的软件包与锁定的校验值不符：软件源可能被改动，或缓存已损坏。请换一个软件源后重试。",
    ),
    ("No space left on device", "磁盘空间不足：请清理后重试（约需 500 MB，Spark 另需 1.5 GB）。"),
    ("Permission denied", "没有写入权限：请换用对项目目录有写权限的用户后重试。"),
    (
        "No matching distribution",
        "软件源中没有所需的版本：可能是网络不通、镜像尚未同步，或没有适用于本机 Python 或处理器的安装包。",
    ),
)
RETRY = "请检查网络后重试；也可以指定软件源，例如：PIP_INDEX_URL=https://镜像地址/simple python3 -m app start"


class SetupError(Exception):
    """The environment could not be made; the message, in Chinese, says why and what to do."""


class Environment:
    """The virtual environment of the project in *root*.

    Marks tell what is complete in it: `python` names the interpreter it was made
    for, the others (`runtime`, `test` …) are copies of the requirements that were
    installed. A copy compares faster than a hash.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.folder = os.path.join(root, ".venv")
        self.python = os.path.join(self.folder, "bin", "python")

    @property
    def is_running(self) -> bool:
        """Whether this process runs inside it."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def has(self, requirements: str) -> bool:
        """Tell whether *requirements* (a key of HOLDS), as locked today, are completely installed."""
        locked = read(self._locked(requirements))
        return locked is not None and read(self._mark(requirements)) == locked and self._is_sound()

    def prepare(self, requirements: str) -> None:
        """Install *requirements*, or end the process with a message that says why not.

        Of several processes that start at once, one installs and the others wait for it.
        """
        try:
            import fcntl

            with open(self.folder + ".lock", "a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    say("另一个进程正在准备运行环境，等待它完成……")
                    fcntl.flock(lock, fcntl.LOCK_EX)
                if not self.has(requirements):
                    self._install(requirements, lock.fileno())
        except ImportError as error:
            sys.exit(f"这个 Python 不完整（{error}）。请安装完整的 Python，例如：apt install python3 python3-venv")
        except SetupError as error:
            sys.exit(f"运行环境没有准备好。\n{error}")
        except OSError as error:
            sys.exit(f"运行环境没有准备好：{error}\n请检查项目目录 {self.root} 的写权限和磁盘空间后重试。")
        except KeyboardInterrupt:
            say("\n已中断，下次运行会继续。")
            sys.exit(130)

    def _locked(self, requirements: str) -> str:
        return os.path.join(self.root, "requirements", f"{requirements}.txt")

    def _mark(self, name: str) -> str:
        return os.path.join(self.folder, "marks", name)

    def _is_sound(self) -> bool:
        # After an upgrade of the system's Python the link leads elsewhere, or nowhere.
        made_for = read(self._mark("python"))
        return made_for == os.path.realpath(self.python).encode() and os.access(self.python, os.X_OK)

    def _install(self, requirements: str, lock: int) -> None:
        installed = {name: self._content(name) for name in HOLDS[requirements]}
        if not self._is_sound():
            self._make(lock)
        # What was complete stays so: all requirements agree on every version.
        installed.update((name, self._content(name)) for name in HOLDS if self.has(name))
        # pip, killed between two files of a package, may take it for installed the next time:
        # without its marks the environment is then made anew.
        for name in ("python", *HOLDS):
            if os.path.exists(self._mark(name)):
                os.remove(self._mark(name))
        packages = sum(b"==" in line for line in installed[requirements].splitlines())
        say(f"正在安装 {packages} 个软件包（首次需要几分钟，视网速而定）……")
        options = list(PIP_OPTIONS)
        if requirements in BUILT:
            say("其中 Spark 要下载约 460 MB。")
            tools = self._locked(BUILT[requirements])
            self._run(["-m", "pip", "install", *PIP_OPTIONS, "-r", tools], lock)
            options.append("--no-build-isolation")
        self._run(["-m", "pip", "install", *options, "-r", self._locked(requirements)], lock, packages)
        for name, content in installed.items():
            write(self._mark(name), content)
        write(self._mark("python"), os.path.realpath(self.python).encode())
        say("运行环境已就绪。")

    def _content(self, requirements: str) -> bytes:
        content = read(self._locked(requirements))
        if content is None:
            raise SetupError(f"缺少文件 {self._locked(requirements)}：请取回完整的项目文件。")
        return content

    def _make(self, lock: int) -> None:
        import importlib.util
        import venv

        say(f"正在创建运行环境 {self.folder} ……")
        with_pip = importlib.util.find_spec("ensurepip") is not None
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=with_pip).create(self.folder)
        os.mkdir(os.path.dirname(self._mark("python")))
        if with_pip:
            return

        from app.package_index import FetchError, fetch

        say(f"系统没有自带 pip，正在下载 {PIP} ……")
        wheel = os.path.join(self.folder, PIP)
        try:
            write(wheel, fetch("pip", PIP, PIP_SHA256))
        except FetchError as error:
            raise SetupError(f"{error}\n{RETRY}\n或先安装系统自带的版本：apt install python3-venv") from error
        # A pip in its wheel can run, and so install itself.
        self._run([os.path.join(wheel, "pip"), "install", "--no-index", "--no-deps", wheel], lock)
        os.remove(wheel)

    def _run(self, arguments: list[str], lock: int, packages: int = 0) -> None:
        """Run the environment's Python, turning pip's lines into progress; a failure raises with the last of them."""
        import re
        import subprocess

        settings = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
        for unwanted in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX"):
            settings.pop(unwanted, None)
        package = re.compile(r"(?:Collecting|Requirement already satisfied:|Ignoring) ([\w.-]+)")
        lines: list[str] = []
        done = 0
        with subprocess.Popen(
            [self.python, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=settings,
            # When only this process is killed, its child holds the lock until it is done.
            pass_fds=[lock],
        ) as child:
            for line in child.stdout or ():
                lines.append(line.rstrip())
                if found := package.match(line):
                    done += 1
                    show(f"  {done}/{packages}  {found[1]}", lasting=done % 10 == 0)
                elif packages and line.startswith("Installing collected packages"):
                    show("  写入磁盘……", lasting=True)
        show("")
        if child.returncode:
            output = "\n".join(lines)
            advice = [text for needle, text in ADVICE if needle in output][:1]
            raise SetupError(
                "\n".join(["pip 的最后几行：", *(f"  {line[:200]}" for line in lines[-5:]), *advice, RETRY])
            )


def say(text: str) -> None:
    """Tell the person at the terminal what goes on; standard output stays the command's own."""
    print(text, file=sys.stderr, flush=True)


def show(text: str, *, lasting: bool = False) -> None:
    """Show *text* in place of what was shown last; in a log file, only what is *lasting*."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()
    elif lasting:
        say(text)


def read(file: str) -> bytes | None:
    """Return the content of *file*, or None when there is no such file."""
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def write(file: str, content: bytes) -> None:
    """Write *file* whole or not at all."""
    with open(file + ".part", "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(file + ".part", file)
