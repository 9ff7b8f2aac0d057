"""`batch --engine`: a Parquet table of facts screened where it lies."""

from datetime import date
from importlib.util import find_spec

from app.cli.usage import WrongInputError
from app.errors import HuiminError, place_of


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
    from app.batch.sql_engine import DuckDb, Spark, screen_table, spark_session
    from app.cli.progress import Waiting
    from app.cli.terminal import Words, output
    from app.screening import Screener
    from policies import POLICIES

    try:
        with Waiting() as waiting:
            opened = DuckDb(source) if engine == "duckdb" else Spark(spark_session(address), source)
            try:
                done = screen_table(opened, Screener(POLICIES), day, target, exact_units=False, on_phase=waiting.phase)
            finally:
                opened.close()
    except UnreadableFileError as error:
        raise WrongInputError(str(error)) from error
    except HuiminError:
        raise
    except Exception as error:
        said = "DuckDB 没有完成：请核对数据表是否完整、磁盘空间是否够用后重试"
        if engine == "spark":
            said = "Spark 没有完成：请核对 --spark 的地址、名单路径能否由集群读取、结果路径是否已存在（已有的不会覆盖）"
        raise EngineFailedError(f"{said}（{place_of(error)}）") from error
    lines = [f"已写入 {target}"]
    if done.absent:
        lines.append(f"缺少的列有{len(done.absent)}个，按未知处理：{'、'.join(done.absent)}")
    if done.ignored:
        lines.append(f"没有用到的列：{'、'.join(done.ignored)}")
    for line in lines:
        output().print(Words(line))
