"""Settings: environment variables `HUIMIN_…`, read once."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import SettingsError
from app.regions import NANQIAO, RegionError, read_region_code

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FILE = "huimin.db"
POSTGRESQL = "postgresql+psycopg"
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": POSTGRESQL,
    "postgres": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}
_PLACEHOLDER = re.compile(r"<.*>|(?i:change[-_ ]?me|password|secret|example|密码)")


class Claims(NamedTuple):
    """In which claims of a sign-on's token stands what is read of it."""

    role: str = "huimin_role"
    region: str = "huimin_region"
    unit: str = "huimin_unit"
    name: str = "name"

    def __str__(self) -> str:
        return ",".join(f"{name}={claim}" for name, claim in self._asdict().items())


_ORIGIN = re.compile(r"https?://[0-9a-z.\-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _region(text: object) -> str:
    try:
        code = read_region_code(str(text))
    except RegionError:
        code = ""
    if len(code) != 6:
        raise ValueError("应为县（市、区）的6位行政区划代码，例如 341103")
    return code


def _switch(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in _YES + _NO:
        raise ValueError(f"应为 {_YES[0]}（开）或 {_NO[0]}（关）")
    return text in _YES


def _log_format(value: object) -> str:
    form = str(value).strip().lower()
    if form not in ("text", "json"):
        raise ValueError("应为 text（便于阅读）或 json（便于收集）")
    return form


def _platform(value: object) -> SecretStr:
    """Read the platform's address, which may hold a token: it is shown nowhere."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
        parts.port  # noqa: B018 (reading it checks it)
    except ValueError:
        host = ""
    here = host == "localhost" or re.fullmatch(r"127\.[0-9.]+|::1", host) is not None
    if not host or parts.scheme not in (("https", "http") if here else ("https",)) or parts.username or parts.fragment:
        raise ValueError("应为 https:// 开头的网址；只有本机（127.0.0.1）可以用 http://")
    return SecretStr(text.strip())


def _secret(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value).strip()
    if _PLACEHOLDER.fullmatch(text):
        raise ValueError("还是示例，请换成真正的密钥")
    return SecretStr(text)


def _scheme(value: object) -> str:
    name = str(value).strip().lower()
    if name not in ("standard-webhooks", "app-sm3"):
        raise ValueError("应为 standard-webhooks 或 app-sm3")
    return name


def _count(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and least <= int(text[:12]) <= most):
            raise ValueError(f"应为{least}至{most}的整数")
        return int(text)

    return read


def _optional(read: Callable[[object], int]) -> Callable[[object], int | None]:
    return lambda value: None if value is None else read(value)


def _cipher(value: object) -> str:
    suite = str(value).strip().lower()
    if suite not in ("aes", "sm"):
        raise ValueError("应为 aes（AES-256-GCM、SHA-256）或 sm（国密 SM4-GCM、SM3）")
    return suite


def _quotas(value: object) -> Mapping[str, int]:
    pairs = value.items() if isinstance(value, Mapping) else (each.split("=") for each in str(value).split(","))
    try:
        found = {str(role).strip(): _count(0, 10**9)(units) for role, units in pairs}
    except ValueError:
        found = {}
    if not found:
        raise ValueError("应如 cadre=20000,platform=0，每个角色一项，次数为0至1000000000的整数")
    return found


def _origins(value: object) -> tuple[str, ...]:
    found = value if isinstance(value, tuple) else tuple(each.strip() for each in str(value).split(","))
    if found != ("*",) and not all(_ORIGIN.fullmatch(each) for each in found):
        raise ValueError("应为网页的来源，如 https://desk.example.org:8443，几个之间用逗号分开，结尾不带斜杠；* 为不限")
    return found


def _folder(value: object) -> Path:
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


def _issuer(value: object) -> str:
    text = str(value).strip()
    if not is_safe_address(text) or urlsplit(text).query or urlsplit(text).fragment:
        raise ValueError(
            "应为签发者的网址，与令牌中的 iss 一字不差，如 https://sso.example.gov.cn/realms/nanqiao；"
            "除本机外须为 https，内网没有 https 的用 HUIMIN_SIGN_ON_JWKS 给出公钥文件，这里仍写 https"
        )
    return text


def _word(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"[!-~]{1,255}", text):
        raise ValueError("应为1至255个可见的 ASCII 字符，不含空格")
    return text


def _scope(value: object) -> str:
    words = str(value).split()
    if "openid" not in words or not all(re.fullmatch(r"[!#-\[\]-~]{1,255}", word) for word in words):
        raise ValueError("应为以空格分开的范围（scope），其中要有 openid")
    return " ".join(words)


def _pairs(value: object) -> dict[str, str]:
    if isinstance(value, dict):
        return value
    split = [part.rpartition("=") for part in str(value).split(",") if part.strip()]
    pairs = {left.strip(): right.strip() for left, _, right in split}
    if not pairs or len(pairs) < len(split) or not all(left and right for left, right in pairs.items()):
        raise ValueError("应写成 甲=乙,丙=丁，等号左边不能重复")
    return pairs


def _claims(value: object) -> Claims:
    if isinstance(value, Claims):
        return value
    pairs = _pairs(value)
    if not pairs.keys() <= set(Claims._fields):
        raise ValueError(f"等号左边只能是 {'、'.join(Claims._fields)}，右边是令牌中的声明名")
    return Claims(**pairs)


def _database(value: object) -> SecretStr | None:
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


class Settings(BaseSettings):
    """How this deployment differs from the default one."""

    model_config = SettingsConfigDict(
        env_prefix="HUIMIN_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        validate_default=False,
    )

    data_dir: Annotated[Path, BeforeValidator(_folder)] = Field(
        default=ROOT / "var",
        description="数据目录：SQLite 数据库和其他要保存的文件都在其中；不存在时新建，只有本用户能读写",
        json_schema_extra={"shown": "项目目录下的 var/"},
    )
    database_url: Annotated[SecretStr | None, BeforeValidator(_database)] = Field(
        default=None,
        description=f"数据库地址：{POSTGRESQL}://用户:密码@主机:5432/库名，或 sqlite:////目录/文件.db",
        json_schema_extra={"shown": f"数据目录下的 {DATABASE_FILE}（SQLite）"},
    )
    keyring_file: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        default=None,
        description="密钥环文件：保存的内容用它加密；第一次启动时新建，权限应为 600，请另行备份",
        json_schema_extra={"shown": "数据目录下的 keyring"},
    )
    keyring: SecretStr | None = Field(
        default=None,
        description="密钥环的内容（即密钥环文件的全文），用来代替密钥环文件，例如由机密管理系统提供",
        json_schema_extra={"shown": "无"},
    )
    cipher: Annotated[str, BeforeValidator(_cipher)] = Field(
        default="aes",
        description="新保存的内容用哪套算法：aes（AES-256-GCM、SHA-256）或 sm（国密 SM4-GCM、SM3）",
    )
    proxies: Annotated[int, BeforeValidator(_count(0, 9))] = Field(
        default=0,
        description="服务前面有几层可信的反向代理：审计记录据此从 X-Forwarded-For 取客户端地址；0 表示没有",
    )
    region: Annotated[str, BeforeValidator(_region)] = Field(
        default=NANQIAO, description="本区的6位行政区划代码，用来判断是否本区户籍"
    )
    access_log: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=True,
        description="是否在标准错误输出中记录每次请求的方法、路由、状态和用时（没有内容、编号和参数）；1 开，0 关",
        json_schema_extra={"shown": "1"},
    )

    log_format: Annotated[str, BeforeValidator(_log_format)] = Field(
        default="text", description="日志的格式：text 便于阅读，json 便于收集；都写到标准错误输出，每件事一行"
    )

    connections: Annotated[int, BeforeValidator(_count(10, 100_000))] = Field(
        default=1000, description="一个进程同时的连接数上限，超过的答复503；10至100000"
    )

    idempotency_hours: Annotated[int, BeforeValidator(_count(1, 720))] = Field(
        default=24, description="带 Idempotency-Key 的请求的答复保留的小时数，其间原样再发得到相同的答复；1至720"
    )

    database_connections: Annotated[int | None, BeforeValidator(_optional(_count(2, 100)))] = Field(
        default=None,
        description="一个进程同时使用的数据库连接数上限；2至100，所有进程合计不要超过 PostgreSQL 的 max_connections",
        json_schema_extra={"shown": "SQLite 5，PostgreSQL 10"},
    )
    quotas: Annotated[Mapping[str, int], NoDecode, BeforeValidator(_quotas)] = Field(
        default_factory=dict,
        description="各角色每个密钥每小时的额度：一次请求计1，名单每行计1；0 不限；只写要改的，如 cadre=5000",
        json_schema_extra={
            "shown": "cadre=20000, township=200000, district=5000000, unit=200000, platform=1000000, 其余 20000",
        },
    )

    origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = Field(
        default=(),
        description="哪些来源的网页可以在浏览器中调用接口，如 https://desk.example.org，几个之间用逗号分开；不填都不可以",
        json_schema_extra={"shown": "空"},
    )

    tracing: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=False,
        description="是否把每次请求的方法、路由、状态和用时作为 OpenTelemetry 链路数据发出，地址由 "
        "OTEL_EXPORTER_OTLP_ENDPOINT 指明；1 开，0 关",
        json_schema_extra={"shown": "0"},
    )

    screening_days: Annotated[int, BeforeValidator(_count(1, 3650))] = Field(
        default=30, description="保存的筛查保留的天数，到期连同填报内容一并删除；1至3650"
    )
    audit_days: Annotated[int, BeforeValidator(_count(184, 36500))] = Field(
        default=1096, description="审计记录保留的天数；184至36500（不少于六个月），默认三年"
    )

    sign_on_issuer: Annotated[str | None, BeforeValidator(_issuer)] = Field(
        default=None,
        description="统一身份认证的签发者（OIDC issuer），与令牌中的 iss 一字不差；不设就只认密钥",
        json_schema_extra={"shown": "不接"},
    )
    sign_on_audience: Annotated[str | None, BeforeValidator(_word)] = Field(
        default=None,
        description="令牌的受众（aud）：本服务在统一身份认证中的标识，接统一身份认证时必填",
        json_schema_extra={"shown": "没有"},
    )
    sign_on_claims: Annotated[Claims, NoDecode, BeforeValidator(_claims)] = Field(
        default=Claims(),
        description="角色、行政区划代码、单位代码、显示名在令牌的哪个声明里；点号指里层，如 `role=realm_access.roles`",
        json_schema_extra={"shown": f"`{Claims()}`"},
    )
    sign_on_roles: Annotated[dict[str, str] | None, NoDecode, BeforeValidator(_pairs)] = Field(
        default=None,
        description="令牌中的角色名对应本服务的哪个角色，如 `民政办=township,村干部=cadre`；写了就只认表中的",
        json_schema_extra={"shown": "同名"},
    )
    sign_on_jwks: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        default=None,
        description="签发者公钥的 JWKS 文件，用于连不上签发者的内网；不设就从签发者处自动获取",
        json_schema_extra={"shown": "自动获取"},
    )
    sign_on_client: Annotated[str | None, BeforeValidator(_word)] = Field(
        default=None,
        description="首页在统一身份认证登记的客户端编号（public client）；设了首页才有“统一身份认证登录”",
        json_schema_extra={"shown": "没有"},
    )
    sign_on_scope: Annotated[str, BeforeValidator(_scope)] = Field(
        default="openid", description="首页登录时请求的范围（scope），以空格分开"
    )

    batch_upload_mb: Annotated[int, BeforeValidator(_count(1, 100_000))] = Field(
        default=200, description="上传的名单文件的大小上限，单位MB，超过的答复413；1至100000"
    )
    batch_disk_mb: Annotated[int, BeforeValidator(_count(1, 100_000_000))] = Field(
        default=20_000, description="批量筛查的名单和结果合计占用的磁盘上限，单位MB，满了答复507；1至100000000"
    )
    batch_waiting: Annotated[int, BeforeValidator(_count(1, 10_000))] = Field(
        default=20, description="等待筛查的名单份数上限，超过的答复503；1至10000"
    )
    batch_memory_mb: Annotated[int, BeforeValidator(_count(256, 1_000_000))] = Field(
        default=4096, description="筛查一份名单可用的内存上限，单位MB，超过的名单单独失败；256至1000000"
    )
    batch_minutes: Annotated[int, BeforeValidator(_count(1, 10_000))] = Field(
        default=120, description="筛查一份名单的时间上限，单位分钟，超过的名单单独失败；1至10000"
    )
    batch_days: Annotated[int, BeforeValidator(_count(1, 3650))] = Field(
        default=30, description="批量筛查的结果保留的天数，到期连同记录一并删除；1至3650"
    )

    handoff_days: Annotated[int, BeforeValidator(_count(1, 3650))] = Field(
        default=730,
        description="办结、退回或撤销的转交件保留的天数，到期连同办理记录一并删除，没有办结的一直保留；1至3650",
    )

    platform_url: Annotated[SecretStr | None, BeforeValidator(_platform)] = Field(
        default=None,
        description="一门受理平台接收转交件的网址（https）；不设时不向外发送，办理单位用工作清单",
        json_schema_extra={"shown": "不发送"},
    )

    platform_scheme: Annotated[str, BeforeValidator(_scheme)] = Field(
        default="standard-webhooks",
        description="与平台往来的签名方式：standard-webhooks，或 app-sm3（appId、timestamp、nonce 加 SM3）",
    )

    platform_secret: Annotated[SecretStr | None, BeforeValidator(_secret)] = Field(
        default=None,
        description="与平台约定的签名密钥；standard-webhooks 的以 whsec_ 开头",
        json_schema_extra={"shown": "没有"},
    )

    platform_app_id: str = Field(
        default="",
        max_length=64,
        description="平台分配的应用标识（appId），只用于 app-sm3",
        json_schema_extra={"shown": "没有"},
    )

    platform_ca: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        default=None,
        description="平台的证书由谁签发：PEM 文件；不设时只认公认的签发机构",
        json_schema_extra={"shown": "公认的签发机构"},
    )

    deliver_in_server: Annotated[bool, BeforeValidator(_switch)] = Field(
        default=True,
        description="由服务进程自己向平台发送；1 是，0 否（另开 python3 -m app deliver）",
        json_schema_extra={"shown": "1"},
    )

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment; raise SettingsError, which names the variable and never its value."""
        try:
            return cls()
        except ValidationError as error:
            said = [
                f"环境变量 HUIMIN_{str(item['loc'][0]).upper()} {item.get('ctx', {}).get('error', '的值不能用')}"
                for item in error.errors(include_url=False, include_input=False)
            ]
        # Raised outside, so that no traceback leads to the value.
        raise SettingsError("\n".join(said))


class Documented(NamedTuple):
    """A setting as the README's table shows it."""

    variable: str
    default: str
    description: str


def documented() -> Iterator[Documented]:
    """Yield every setting, in the order of the README's table."""
    for name, field in Settings.model_fields.items():
        extra: Any = field.json_schema_extra or {}
        yield Documented(f"HUIMIN_{name.upper()}", extra.get("shown", str(field.default)), field.description or "")
