"""Settings: environment variables `HUIMIN_…`, read once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app import setting_values as read
from app.errors import SettingsError
from app.regions import NANQIAO
from app.setting_values import POSTGRESQL, Claims

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FILE = "huimin.db"


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
    data_dir: Annotated[Path, BeforeValidator(read.folder)] = Field(
        default=ROOT / "var",
        description="数据目录：SQLite 数据库和其他要保存的文件都在其中；不存在时新建，只有本用户能读写",
        json_schema_extra={"shown": "项目目录下的 var/"},
    )
    database_url: Annotated[SecretStr | None, BeforeValidator(read.database)] = Field(
        default=None,
        description=f"数据库地址：{POSTGRESQL}://用户:密码@主机:5432/库名，或 sqlite:////目录/文件.db",
        json_schema_extra={"shown": f"数据目录下的 {DATABASE_FILE}（SQLite）"},
    )
    keyring_file: Annotated[Path | None, BeforeValidator(read.folder)] = Field(
        default=None,
        description="密钥环文件：保存的内容用它加密；第一次启动时新建，权限应为 600，请另行备份",
        json_schema_extra={"shown": "数据目录下的 keyring"},
    )
    keyring: SecretStr | None = Field(
        default=None,
        description="密钥环的内容（即密钥环文件的全文），用来代替密钥环文件，例如由机密管理系统提供",
        json_schema_extra={"shown": "无"},
    )
    cipher: Annotated[str, BeforeValidator(read.cipher)] = Field(
        default="aes",
        description="新保存的内容用哪套算法：aes（AES-256-GCM、SHA-256）或 sm（国密 SM4-GCM、SM3）",
    )
    proxies: Annotated[int, BeforeValidator(read.count(0, 9))] = Field(
        default=0,
        description="服务前面有几层可信的反向代理：审计记录据此从 X-Forwarded-For 取客户端地址；0 表示没有",
    )
    region: Annotated[str, BeforeValidator(read.region)] = Field(
        default=NANQIAO, description="本区的6位行政区划代码，用来判断是否本区户籍"
    )
    access_log: Annotated[bool, BeforeValidator(read.switch)] = Field(
        default=True,
        description="是否在标准错误输出中记录每次请求的方法、路由、状态和用时（没有内容、编号和参数）；1 开，0 关",
        json_schema_extra={"shown": "1"},
    )
    log_format: Annotated[str, BeforeValidator(read.log_format)] = Field(
        default="text", description="日志的格式：text 便于阅读，json 便于收集；都写到标准错误输出，每件事一行"
    )
    connections: Annotated[int, BeforeValidator(read.count(10, 100_000))] = Field(
        default=1000, description="一个进程同时的连接数上限，超过的答复503；10至100000"
    )
    idempotency_hours: Annotated[int, BeforeValidator(read.count(1, 720))] = Field(
        default=24, description="带 Idempotency-Key 的请求的答复保留的小时数，其间原样再发得到相同的答复；1至720"
    )
    database_connections: Annotated[int | None, BeforeValidator(read.optional(read.count(2, 100)))] = Field(
        default=None,
        description="一个进程同时使用的数据库连接数上限；2至100，所有进程合计不要超过 PostgreSQL 的 max_connections",
        json_schema_extra={"shown": "SQLite 5，PostgreSQL 10"},
    )
    quotas: Annotated[Mapping[str, int], NoDecode, BeforeValidator(read.quotas)] = Field(
        default_factory=dict,
        description="各角色每个密钥每小时的额度：一次请求计1，名单每行计1；0 不限；只写要改的，如 cadre=5000",
        json_schema_extra={
            "shown": "cadre=20000, township=200000, district=5000000, unit=200000, platform=1000000, 其余 20000",
        },
    )
    origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(read.origins)] = Field(
        default=(),
        description="哪些来源的网页可以在浏览器中调用接口，如 https://desk.example.org，几个之间用逗号分开；不填都不可以",
        json_schema_extra={"shown": "空"},
    )
    tracing: Annotated[bool, BeforeValidator(read.switch)] = Field(
        default=False,
        description="是否把每次请求的方法、路由、状态和用时作为 OpenTelemetry 链路数据发出，地址由 "
        "OTEL_EXPORTER_OTLP_ENDPOINT 指明；1 开，0 关",
        json_schema_extra={"shown": "0"},
    )
    screening_days: Annotated[int, BeforeValidator(read.count(1, 3650))] = Field(
        default=30, description="保存的筛查保留的天数，到期连同填报内容一并删除；1至3650"
    )
    audit_days: Annotated[int, BeforeValidator(read.count(184, 36500))] = Field(
        default=1096, description="审计记录保留的天数；184至36500（不少于六个月），默认三年"
    )
    sign_on_issuer: Annotated[str | None, BeforeValidator(read.issuer)] = Field(
        default=None,
        description="统一身份认证的签发者（OIDC issuer），与令牌中的 iss 一字不差；不设就只认密钥",
        json_schema_extra={"shown": "不接"},
    )
    sign_on_audience: Annotated[str | None, BeforeValidator(read.word)] = Field(
        default=None,
        description="令牌的受众（aud）：本服务在统一身份认证中的标识，接统一身份认证时必填",
        json_schema_extra={"shown": "没有"},
    )
    sign_on_claims: Annotated[Claims, NoDecode, BeforeValidator(read.claims)] = Field(
        default=Claims(),
        description="角色、行政区划代码、单位代码、显示名在令牌的哪个声明里；点号指里层，如 `role=realm_access.roles`",
        json_schema_extra={"shown": f"`{Claims()}`"},
    )
    sign_on_roles: Annotated[dict[str, str] | None, NoDecode, BeforeValidator(read.pairs)] = Field(
        default=None,
        description="令牌中的角色名对应本服务的哪个角色，如 `民政办=township,村干部=cadre`；写了就只认表中的",
        json_schema_extra={"shown": "同名"},
    )
    sign_on_jwks: Annotated[Path | None, BeforeValidator(read.folder)] = Field(
        default=None,
        description="签发者公钥的 JWKS 文件，用于连不上签发者的内网；不设就从签发者处自动获取",
        json_schema_extra={"shown": "自动获取"},
    )
    sign_on_client: Annotated[str | None, BeforeValidator(read.word)] = Field(
        default=None,
        description="首页在统一身份认证登记的客户端编号（public client）；设了首页才有“统一身份认证登录”",
        json_schema_extra={"shown": "没有"},
    )
    sign_on_scope: Annotated[str, BeforeValidator(read.scope)] = Field(
        default="openid", description="首页登录时请求的范围（scope），以空格分开"
    )
    batch_upload_mb: Annotated[int, BeforeValidator(read.count(1, 100_000))] = Field(
        default=200, description="上传的名单文件的大小上限，单位MB，超过的答复413；1至100000"
    )
    batch_disk_mb: Annotated[int, BeforeValidator(read.count(1, 100_000_000))] = Field(
        default=20_000, description="批量筛查的名单和结果合计占用的磁盘上限，单位MB，满了答复507；1至100000000"
    )
    batch_waiting: Annotated[int, BeforeValidator(read.count(1, 10_000))] = Field(
        default=20, description="等待筛查的名单份数上限，超过的答复503；1至10000"
    )
    batch_memory_mb: Annotated[int, BeforeValidator(read.count(256, 1_000_000))] = Field(
        default=4096, description="筛查一份名单可用的内存上限，单位MB，超过的名单单独失败；256至1000000"
    )
    batch_minutes: Annotated[int, BeforeValidator(read.count(1, 10_000))] = Field(
        default=120, description="筛查一份名单的时间上限，单位分钟，超过的名单单独失败；1至10000"
    )
    batch_days: Annotated[int, BeforeValidator(read.count(1, 3650))] = Field(
        default=30, description="批量筛查的结果保留的天数，到期连同记录一并删除；1至3650"
    )
    handoff_days: Annotated[int, BeforeValidator(read.count(1, 3650))] = Field(
        default=730,
        description="办结、退回或撤销的转交件保留的天数，到期连同办理记录一并删除，没有办结的一直保留；1至3650",
    )
    platform_url: Annotated[SecretStr | None, BeforeValidator(read.platform)] = Field(
        default=None,
        description="一门受理平台接收转交件的网址（https）；不设时不向外发送，办理单位用工作清单",
        json_schema_extra={"shown": "不发送"},
    )
    platform_scheme: Annotated[str, BeforeValidator(read.scheme)] = Field(
        default="standard-webhooks",
        description="与平台往来的签名方式：standard-webhooks，或 app-sm3（appId、timestamp、nonce 加 SM3）",
    )
    platform_secret: Annotated[SecretStr | None, BeforeValidator(read.secret)] = Field(
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
    platform_ca: Annotated[Path | None, BeforeValidator(read.folder)] = Field(
        default=None,
        description="平台的证书由谁签发：PEM 文件；不设时只认公认的签发机构",
        json_schema_extra={"shown": "公认的签发机构"},
    )
    deliver_in_server: Annotated[bool, BeforeValidator(read.switch)] = Field(
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
    """A setting as the table in docs/settings.md shows it."""

    variable: str
    default: str
    description: str


def documented() -> Iterator[Documented]:
    """Yield every setting, in the order of that table."""
    for name, field in Settings.model_fields.items():
        extra: Any = field.json_schema_extra or {}
        yield Documented(f"HUIMIN_{name.upper()}", extra.get("shown", str(field.default)), field.description or "")
