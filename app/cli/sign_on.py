"""`sign-on`: is the district's own sign-on connected rightly?"""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.usage import FAILED, WrongInputError

if TYPE_CHECKING:
    from app.security.sign_on import SignOn
    from app.settings import Settings

LONGEST = 64 * 1024


def sign_on(
    token: Annotated[
        str | None,
        typer.Option(metavar="文件", help="核验一个访问令牌并说明理由；- 从标准输入读，不要写在命令行上"),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="sub", help="给出用户标识（sub），得到这个人在审计记录中的编号")
    ] = None,
) -> None:
    """检查统一身份认证的设置；核验一个令牌并说明理由。"""
    import asyncio

    from app.cli.terminal import Words, output
    from app.security.sealing import open_keyring
    from app.security.sign_on import SignOn
    from app.settings import Settings

    settings = Settings.load()
    if settings.sign_on_issuer is None:
        raise WrongInputError("没有接统一身份认证：先设环境变量 HUIMIN_SIGN_ON_ISSUER 和 HUIMIN_SIGN_ON_AUDIENCE。")
    connected = SignOn(settings, open_keyring(settings))
    if subject is not None:
        typer.echo(connected.id_of(subject))
        return
    given = None if token is None else _read(token)
    rows, good = asyncio.run(_examined(settings, connected, given))
    console = output()
    for label, said in rows:
        console.print(Words(f"{label}　{said}"))
    if not good:
        raise typer.Exit(FAILED)


def _read(source: str) -> bytes:
    import sys
    from pathlib import Path

    said = "文件读不出来"
    try:
        content = sys.stdin.buffer.read(LONGEST) if source == "-" else Path(source).read_bytes()[:LONGEST]
    except OSError:
        pass
    else:
        if content.strip():
            return content.strip().removeprefix(b"Bearer ").strip()
        said = "没有令牌"
    raise WrongInputError(f"--token：{said}。")


async def _examined(
    settings: "Settings", connected: "SignOn", token: bytes | None
) -> tuple[list[tuple[str, str]], bool]:
    """Return what was found, line by line, and whether all of it is good."""
    from app.security.issuer import NoKeysError

    issuer = connected.issuer
    rows = [("签发者", issuer.name), ("受众　", settings.sign_on_audience or "")]
    try:
        keys, addresses = await issuer.fetch()
    except NoKeysError as error:
        return [*rows, ("公钥　", f"取不到：{error}")], False
    listed = "；".join(f"{kid}（{'、'.join(sorted(key.algorithms))}）" for kid, key in keys.items())
    rows.append(("公钥　", f"{len(keys)}个：{listed}"))
    good = settings.sign_on_client is None or addresses is not None
    if settings.sign_on_client is None:
        rows.append(("首页　", "只用密钥登录（没有设 HUIMIN_SIGN_ON_CLIENT）"))
    elif addresses is None:
        rows.append(
            ("首页　", "不能用统一身份认证登录：签发者的配置中没有登录地址，或 token_endpoint 不在签发者的网址下")
        )
    else:
        rows.append(("首页　", f"可用统一身份认证登录：客户端 {settings.sign_on_client}，到 {addresses.authorization}"))
    if token is not None:
        said, taken = await _verified(connected, token)
        rows.append(("令牌　", said))
        good = good and taken
    return rows, good


async def _verified(connected: "SignOn", token: bytes) -> tuple[str, bool]:
    from app.security.tokens import RefusedTokenError

    try:
        principal, seconds = await connected.bearer(token)
    except RefusedTokenError as error:
        return f"不接受：{error.refusal.value}", False
    where = (principal.region_code or "全区") + (f"，单位 {principal.unit}" if principal.unit else "")
    return f"接受：{principal.name}，{principal.role.label}，{where}，编号 {principal.id}，还有{seconds:.0f}秒", True
