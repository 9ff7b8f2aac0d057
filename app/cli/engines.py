"""`batch --engine`: a Parquet table of facts screened where it lies."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING

from app.cli.usage import WrongInputError
from app.errors import HuiminError, place_of

if TYPE_CHECKING:
    from app.batch.sql_engine import Engine, EngineError


class EngineFailedError(HuiminError):
    """The engine gave up; the message says what to do and nothing of what it said, which may quote a row."""


def screen_on_engine(engine: str, source: str, target: str, day: date, address: str | None) -> None:
    """Screen the table at *source* and write the tidy result to *target*: paths as the engine sees them."""
    if engine == "duckdb" and not (source.endswith(".parquet") and target.endswith(".parquet")):
        raise WrongInputError("--engine duckdb 只筛查 .parquet 数据表，结果也存为 .parquet；其他格式请去掉 --engine")
    package = "engines" if engine == "duckdb" else "spark"
    if find_spec("sqlglot") is None:
        raise WrongInputError(
            "没有安装这个引擎所需的软件包：去掉 HUIMIN_NO_VENV 后重试，会自动安装；"
            f"或自行安装：python3 -m pip install -r requirements/{package}.txt"
        )
    from app.batch.reading.unreadable import UnreadableFileError
    from app.batch.sql_engine import screen_table
    from app.cli.progress import Waiting
    from app.cli.terminal import Words, output
    from app.screening import Screener
    from policies import POLICIES

    try:
        with Waiting() as waiting:
            opened = _duckdb(source) if engine == "duckdb" else _spark(source, target, address)
            with opened as on:
                done = screen_table(on, Screener(POLICIES), day, target, exact_units=False, on_phase=waiting.phase)
    except UnreadableFileError as error:
        raise WrongInputError(str(error)) from error
    lines = [f"已写入 {target}"]
    if done.absent:
        lines.append(f"缺少的列有{len(done.absent)}个，按未知处理：{'、'.join(done.absent)}")
    if done.ignored:
        lines.append(f"没有用到的列：{'、'.join(done.ignored)}")
    for line in lines:
        output().print(Words(line))


@contextmanager
def _duckdb(source: str) -> Iterator["Engine"]:
    from app.batch.sql_duckdb import DuckDb

    said = "DuckDB 没有完成：请核对数据表是否完整、磁盘空间是否够用后重试"
    with _failing(said), closing(DuckDb(source)) as engine:
        yield engine


@contextmanager
def _spark(source: str, target: str, address: str | None) -> Iterator["Engine"]:
    from app.batch.spark_session import spark_session
    from app.batch.sql_spark import Spark, explained

    said = "Spark 没有完成：请核对 --spark 的地址、名单路径能否由集群读取、结果路径是否已存在（已有的不会覆盖）"
    with _failing(said, explained), spark_session(address) as session:
        engine = Spark(session, source)
        engine.require_vacant(target)
        yield engine
        # After a failure the session may be gone, and what is asked of one that is gone is asked for minutes.
        engine.close()


@contextmanager
def _failing(said: str, explained: "Callable[[Exception], EngineError | None]" = lambda error: None) -> Iterator[None]:
    """Say in words what an engine raises."""
    try:
        yield
    except HuiminError:
        raise
    except Exception as error:
        raise explained(error) or EngineFailedError(f"{said}（{place_of(error)}）") from error
