"""`backup` and `restore`: everything that is kept, to one file and back."""

from pathlib import Path
from typing import Annotated

import typer


def backup(
    target: Annotated[Path, typer.Argument(metavar="备份文件", help="要写的备份文件，例如 备份.tar；不能已经存在")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="连同密钥环一起备份；这样的备份谁拿到谁就能看，须锁好")
    ] = False,
) -> None:
    """把全部数据备份到一个文件，服务不必停。

    内容是加密的。默认不含密钥环，密钥环须另外保管。
    """
    from app.backup.making import back_up
    from app.cli.terminal import Words, output
    from app.settings import Settings

    made = back_up(Settings.load(), target, with_keys=with_keys)
    console = output()
    console.print(Words(f"已备份到 {target}：{made.rows} 行，{made.files} 个文件。"))
    if with_keys:
        console.print(Words("其中有密钥环：拿到这个文件就能看到全部内容，请加密或锁好。"))
    else:
        console.print(
            Words("其中没有密钥环：没有密钥环，备份打不开。请另外保管数据目录中的 keyring，不要和备份放在一起。")
        )


def restore(
    source: Annotated[Path, typer.Argument(metavar="备份文件", help="用 backup 做的备份文件")],
    force: Annotated[bool, typer.Option("--force", help="替换这里现有的全部数据")] = False,
) -> None:
    """用备份恢复全部数据，先停止服务。

    SQLite 和 PostgreSQL 之间也可以恢复。这里已有数据时须加 --force。
    """
    from app.backup.restoring import restore as bring_back
    from app.cli.terminal import Words, output
    from app.settings import Settings

    made = bring_back(Settings.load(), source, force=force)
    console = output()
    console.print(Words(f"已恢复 {made.created_at} 的备份：{made.rows} 行，{made.files} 个文件。"))
    if not made.with_keys:
        console.print(Words("备份中没有密钥环：请确认数据目录中的 keyring 是做备份时的那一个，再启动服务。"))
