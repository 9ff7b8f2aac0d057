"""The platform of this deployment, as its settings say: where it is, and how messages to and from it are signed."""

import ssl
from dataclasses import dataclass
from typing import Final

import httpx

from app.errors import SettingsError
from app.onewindow.signatures import AppSignature, Scheme, StandardWebhooks, is_secret
from app.settings import Settings

SHORTEST_SECRET: Final = 16


@dataclass(frozen=True)
class Platform:
    """Where messages go, and how they are signed."""

    url: str
    """Empty where nothing is sent, and receipts only come in."""
    scheme: Scheme
    trust: ssl.SSLContext | bool = True
    """Whose certificates are believed; the usual authorities' unless said otherwise."""

    def client(self, timeout: httpx.Timeout) -> httpx.Client:
        """Return what the platform is asked with: no redirects, no proxy of the environment, certificates checked."""
        return httpx.Client(timeout=timeout, verify=self.trust, follow_redirects=False, trust_env=False)


def platform_of(settings: Settings) -> Platform | None:
    """Return the platform, or None where there is none; raise SettingsError, which names the variable."""
    url = "" if settings.platform_url is None else settings.platform_url.get_secret_value()
    scheme = scheme_of(settings)
    if scheme is None:
        if url:
            raise SettingsError("设置了 HUIMIN_PLATFORM_URL，还要设置 HUIMIN_PLATFORM_SECRET（与平台约定的签名密钥）")
        return None
    return Platform(url, scheme, _trust(settings))


def scheme_of(settings: Settings) -> Scheme | None:
    """Return how messages are signed, or None where no secret is agreed on; raise SettingsError."""
    secret = "" if settings.platform_secret is None else settings.platform_secret.get_secret_value()
    if not secret:
        return None
    if settings.platform_scheme == StandardWebhooks.name:
        if not is_secret(secret):
            raise SettingsError(
                "环境变量 HUIMIN_PLATFORM_SECRET 应为 whsec_ 加至少24字节的 base64；"
                "可用 python3 -m app demo-platform --new-secret 生成"
            )
        return StandardWebhooks(secret)
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"环境变量 HUIMIN_PLATFORM_SECRET 应至少{SHORTEST_SECRET}个字符")
    if not settings.platform_app_id:
        raise SettingsError("签名方式 app-sm3 还要设置 HUIMIN_PLATFORM_APP_ID（平台分配的应用标识）")
    return AppSignature(settings.platform_app_id, secret)


def _trust(settings: Settings) -> ssl.SSLContext | bool:
    if settings.platform_ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(settings.platform_ca))
    except (OSError, ssl.SSLError):
        pass
    raise SettingsError("环境变量 HUIMIN_PLATFORM_CA 应为能读的 PEM 证书文件")
