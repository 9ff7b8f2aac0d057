"""What may stand in a setting: each reader returns the value, or raises ValueError that says in Chinese what should."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.regions import RegionError, read_region_code

POSTGRESQL = "postgresql+psycopg"
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": POSTGRESQL,
    "postgres": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}
_PLACEHOLDER = re.compile(r"<.*>|(?i:change[-_ ]?me|password|secret|example|密码)")
_ORIGIN = re.compile(r"https?://[0-9a-z.\-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Claims(NamedTuple):
    """In which claims of a sign-on's token stands what is read of it."""

    role: str = "huimin_role"
    region: str = "huimin_region"
    unit: str = "huimin_unit"
    name: str = "name"

    def __str__(self) -> str:
        return ",".join(f"{name}={claim}" for name, claim in self._asdict().items())


def region(text: object) -> str:
    try:
        code = read_region_code(str(text))
    except RegionError:
        code = ""
    if len(code) != 6:
        raise ValueError("应为县（市、区）的6位行政区划代码，例如 341103")
    return code


def switch(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in _YES + _NO:
        raise ValueError(f"应为 {_YES[0]}（开）或 {_NO[0]}（关）")
    return text in _YES


def log_format(value: object) -> str:
    form = str(value).strip().lower()
    if form not in ("text", "json"):
        raise ValueError("应为 text（便于阅读）或 json（便于收集）")
    return form


def platform(value: object) -> SecretStr:
    """Read the platform's address, which may hold a token: it is shown nowhere."""
    text = (value.get_secret_value() if isinstance(value, SecretStr) else str(value)).strip()
    if not is_safe_address(text) or urlsplit(text).fragment:
        raise ValueError("应为 https:// 开头的网址；只有本机（127.0.0.1）可以用 http://")
    return SecretStr(text)


def secret(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value).strip()
    if _PLACEHOLDER.fullmatch(text):
        raise ValueError("还是示例，请换成真正的密钥")
    return SecretStr(text)


def scheme(value: object) -> str:
    name = str(value).strip().lower()
    if name not in ("standard-webhooks", "app-sm3"):
        raise ValueError("应为 standard-webhooks 或 app-sm3")
    return name


def count(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and least <= int(text[:12]) <= most):
            raise ValueError(f"应为{least}至{most}的整数")
        return int(text)

    return read


def optional(read: Callable[[object], int]) -> Callable[[object], int | None]:
    return lambda value: None if value is None else read(value)


def cipher(value: object) -> str:
    suite = str(value).strip().lower()
    if suite not in ("aes", "sm"):
        raise ValueError("应为 aes（AES-256-GCM、SHA-256）或 sm（国密 SM4-GCM、SM3）")
    return suite


def quotas(value: object) -> Mapping[str, int]:
    split = value.items() if isinstance(value, Mapping) else (each.split("=") for each in str(value).split(","))
    try:
        found = {str(role).strip(): count(0, 10**9)(units) for role, units in split}
    except ValueError:
        found = {}
    if not found:
        raise ValueError("应如 cadre=20000,platform=0，每个角色一项，次数为0至1000000000的整数")
    return found


def origins(value: object) -> tuple[str, ...]:
    found = value if isinstance(value, tuple) else tuple(each.strip() for each in str(value).split(","))
    if found != ("*",) and not all(_ORIGIN.fullmatch(each) for each in found):
        raise ValueError("应为网页的来源，如 https://desk.example.org:8443，几个之间用逗号分开，结尾不带斜杠；* 为不限")
    return found


def folder(value: object) -> Path:
    path = Path(str(value)).expanduser()
    if "\0" in str(value):
        raise ValueError("不是合法的路径")
    return path.absolute()


def is_safe_address(text: str) -> bool:
    """Tell whether keys may be fetched there: over TLS, or from this machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not text.isascii() or not text.isprintable() or " " in text or not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))


def origin_of(address: str) -> str:
    """Return scheme, host and port of *address*, as browsers compare them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_this_machine(host: str) -> bool:
    """Tell whether *host* is a loopback address, or its name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def issuer(value: object) -> str:
    text = str(value).strip()
    if not is_safe_address(text) or urlsplit(text).query or urlsplit(text).fragment:
        raise ValueError(
            "应为签发者的网址，与令牌中的 iss 一字不差，如 https://sso.example.gov.cn/realms/nanqiao；"
            "除本机外须为 https，内网没有 https 的用 HUIMIN_SIGN_ON_JWKS 给出公钥文件，这里仍写 https"
        )
    return text


def word(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"[!-~]{1,255}", text):
        raise ValueError("应为1至255个可见的 ASCII 字符，不含空格")
    return text


def scope(value: object) -> str:
    words = str(value).split()
    if "openid" not in words or not all(re.fullmatch(r"[!#-\[\]-~]{1,255}", word) for word in words):
        raise ValueError("应为以空格分开的范围（scope），其中要有 openid")
    return " ".join(words)


def pairs(value: object) -> dict[str, str]:
    if isinstance(value, dict):
        return value
    split = [part.rpartition("=") for part in str(value).split(",") if part.strip()]
    found = {left.strip(): right.strip() for left, _, right in split}
    if not found or len(found) < len(split) or not all(left and right for left, right in found.items()):
        raise ValueError("应写成 甲=乙,丙=丁，等号左边不能重复")
    return found


def claims(value: object) -> Claims:
    if isinstance(value, Claims):
        return value
    named = pairs(value)
    if not named.keys() <= set(Claims._fields):
        raise ValueError(f"等号左边只能是 {'、'.join(Claims._fields)}，右边是令牌中的声明名")
    return Claims(**named)


def database(value: object) -> SecretStr | None:
    if value is None:
        return None
    # Only who sets it pays for the import, which is heavy.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None:
        raise ValueError(
            f"不是合法的数据库地址，应如 {POSTGRESQL}://用户:密码@主机:5432/库名 或 sqlite:////目录/文件.db"
        )
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ValueError(f"只支持 SQLite（sqlite）和 PostgreSQL（{POSTGRESQL}）")
    if driver == "sqlite" and (not url.database or url.database.startswith((":memory:", "file:")) or url.query):
        raise ValueError("SQLite 地址应只指明一个文件，如 sqlite:////目录/文件.db；不支持内存数据库和参数")
    if driver == POSTGRESQL and not url.database:
        raise ValueError("缺少库名")
    if url.password and _PLACEHOLDER.fullmatch(str(url.password)):
        raise ValueError("其中的密码还是示例，请换成真正的密码")
    return SecretStr(url.set(drivername=driver).render_as_string(hide_password=False))
