"""Bombs and lies: whatever the file is, a clear word in Chinese, nothing of its content, within bounds."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from app.batch.reading import chunks
from app.batch.reading.chunks import Register
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch import hostile
from tests.batch.hostile import LINE, ROW, SECRET, Maker
from tests.batch.registers import DAY
from tests.command_line import ROOT, call, plain, refused

MOST_MEMORY: Final = 700
"""Megabytes that a process may take that screens any of these files; 130 are the program's own."""
MOST_SECONDS: Final = 60.0
"""Seconds of processor."""

REFUSED: Final[dict[Maker, str]] = {
    hostile.ratio_bomb: "压缩比异常",
    hostile.many_entries: "里面的文件太多",
    hostile.nested_zip: "请先解压",
    hostile.zip64_lies: "解压后太大",
    hostile.smaller_than_it_is: "不完整或已损坏",
    hostile.larger_than_it_is: "解压后太大",
    hostile.laughs_in_the_sheet: "已损坏",
    hostile.laughs_in_the_strings: "已损坏",
    hostile.outside_entity: "已损坏",
    hostile.cell_beyond_every_sheet: "不完整或已损坏",
    hostile.widest_sheet: "列数太多，最多1000列",
    hostile.one_column: "只有一列",
    hostile.no_rows: "没有数据行",
    hostile.cut_short: "不完整或已损坏",
    hostile.old_workbook: "旧版的Excel文件（.xls）",
    hostile.locked_workbook: "打开密码",
    hostile.open_document: "OpenDocument",
    hostile.binary_workbook: ".xlsb",
    hostile.web_page: "这是网页，不是表格",
    hostile.claims_a_trillion_rows: "Parquet文件已损坏",
    hostile.corrupt_pages: "Parquet文件已损坏",
    hostile.footer_beyond_the_file: "Parquet文件已损坏",
    hostile.wrong_magic: "不是能读的表格",
    hostile.nested_column: "列不是文字、数字、日期或是否",
    hostile.widest_table: "列数太多，最多1000列",
    hostile.empty: "文件是空的",
    hostile.only_a_mark: "没有内容",
    hostile.blank_lines: "没有内容",
    hostile.only_delimiters: "没有内容",
    hostile.zero_bytes: "不是能读的表格",
    hostile.million_columns: "列数太多，最多1000列",
    hostile.utf_16_without: "文字编码是UTF-16，但开头没有标明",
    hostile.utf_16_without_the_other_way: "文字编码是UTF-16，但开头没有标明",
    hostile.utf_32: "UTF-32",
    hostile.folder: "这是文件夹，不是文件",
    hostile.pipe: "这不是普通文件",
    hostile.link_to_itself: "指向自己的链接",
    hostile.link_to_nothing: "找不到名单文件",
}


@pytest.mark.parametrize("name", ["名单.csv", "名单.xlsx"])
@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_it_is_refused_with_what_to_do_and_nothing_of_what_it_holds(tmp_path: Path, make: Maker, name: str) -> None:
    make(tmp_path / name)
    said = refused("batch", tmp_path / name, tmp_path / "结果.xlsx")
    assert REFUSED[make] in plain(said)
    assert "：" in said
    assert SECRET not in said
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "make",
    [
        hostile.with_macros,
        hostile.claims_a_huge_sheet,
        hostile.merged_over_everything,
        hostile.utf_16_with_a_mark,
        hostile.old_line_ends,
    ],
    ids=lambda make: make.__name__,
)
def test_it_only_looks_bad_and_is_screened(tmp_path: Path, make: Maker) -> None:
    make(tmp_path / "list")
    result = call("batch", tmp_path / "list", tmp_path / "r.csv")
    assert result.exit_code == 0, result.stderr
    assert "名单1行，筛查1户1人" in plain(result.stdout)


def test_a_file_in_two_encodings_is_screened_and_that_is_said(tmp_path: Path) -> None:
    hostile.two_encodings(tmp_path / "list")
    result = call("batch", tmp_path / "list", tmp_path / "r.csv")
    assert result.exit_code == 0, result.stderr
    assert "名单29行" in plain(result.stdout)
    assert "文字编码前后不一致" in plain(result.stdout)


# ── in a process of its own, with its memory and its time looked at ──


_PROGRAM: Final = """
import atexit, os, re, resource, sys
from pathlib import Path
from app.cli import main
# The peak that the system keeps of a process counts that of the one which started it, too.
peak = lambda: re.search(r"VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1]
atexit.register(lambda: Path(os.environ["PEAK"]).write_text(peak()))
if {most_bytes}:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))
sys.argv[1:] = {arguments}
main()
"""


class Ended(NamedTuple):
    code: int
    said: str
    megabytes: float
    seconds: float


def screened(source: Path, target: Path, *, most_bytes: int | None = None) -> Ended:
    """Screen *source* in another process, which may write files of *most_bytes*."""
    program = _PROGRAM.format(arguments=["batch", str(source), str(target)], most_bytes=most_bytes)
    with source.with_name("said").open("w+b") as said, source.with_name("peak").open("w+") as peak:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "HUIMIN_NO_VENV": "1", "TMPDIR": str(target.parent), "PEAK": peak.name},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        told, kilobytes = plain(said.read().decode()), peak.read()
    for name in ("said", "peak"):
        source.with_name(name).unlink()
    return Ended(process.returncode, told, int(kilobytes or 0) / 1024, used.ru_utime + used.ru_stime)


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (hostile.claims_many_strings, 2, "不完整或已损坏"),
        (hostile.one_sheet_many_times, 2, "不完整或已损坏"),
        (hostile.merged_one_over_another, 2, "已损坏"),
        (hostile.nested_elements, 2, "没有找到表头"),
        (hostile.texts_beyond_measure, 0, "退回300行"),
        (hostile.zero_byte_far_down, 0, "退回1行"),
        (hostile.million_cells_in_a_row, 0, "名单3行，筛查2户2人"),
        (hostile.unmatched_quote, 0, "退回1行"),
        (hostile.endless_line, 0, "名单3行，筛查2户2人"),
        (hostile.one_household_of_all, 0, "退回300000行"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_takes_no_more_memory_and_time_than_a_file_may(tmp_path: Path, make: Maker, code: int, said: str) -> None:
    make(tmp_path / "list.csv")
    ended = screened(tmp_path / "list.csv", tmp_path / "r.parquet")
    assert (ended.code, SECRET in ended.said) == (code, False), ended
    assert said in ended.said
    assert 0 < ended.megabytes < MOST_MEMORY
    assert ended.seconds < MOST_SECONDS


# ── files that change, and places that take no file ──


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"

    def changing(change: Callable[[], object]) -> Callable[..., object]:
        def look(*arguments: object) -> object:
            change()
            return survey(*arguments)  # type: ignore[arg-type]

        return look

    survey = chunks.survey
    for change in (
        lambda: path.write_text(LINE + ROW * 2, encoding="utf-8"),
        lambda: os.utime(path, ns=(0, time.time_ns())),
        path.unlink,
    ):
        path.write_text(LINE + ROW, encoding="utf-8")
        monkeypatch.setattr(chunks, "survey", changing(change))
        with pytest.raises(UnreadableFileError, match=r"在读取时被改动或移走了|找不到"):
            Register(path)
    monkeypatch.setattr(chunks, "survey", survey)
    path.write_text(LINE + ROW, encoding="utf-8")
    register = Register(path)
    path.write_text(LINE + ROW.replace("1943", "1944"), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="在读取时被改动或移走了"):
        list(register.chunks(day=DAY, home="341103"))


def test_the_list_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LINE + ROW, encoding="utf-8")
    os.link(path, tmp_path / "hard.csv")
    (tmp_path / "soft.csv").symlink_to("list.csv")
    for target in ("list.csv", "hard.csv", "soft.csv", "../" + tmp_path.name + "/list.csv"):
        assert "另取一个文件名" in plain(refused("batch", path, tmp_path / target))
    assert path.read_text(encoding="utf-8") == LINE + ROW


def test_a_folder_in_the_place_of_the_result_is_said(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LINE + ROW, encoding="utf-8")
    (tmp_path / "r.xlsx").mkdir()
    assert "已有一个同名的文件夹" in plain(refused("batch", path, tmp_path / "r.xlsx"))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the rights of a superuser, who may read and write everything."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter: pytest's own is shut to others, and shut again by every run."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_what_may_not_be_read_or_written_is_said(open_folder: Path, suffix: str) -> None:
    path, target = open_folder / "list.csv", open_folder / "shut" / f"r.{suffix}"
    path.write_text(LINE + ROW, encoding="utf-8")
    target.parent.mkdir()
    target.parent.chmod(0o555)
    # What is imported on the way lies where nobody else may read.
    assert call("batch", path, open_folder / f"first.{suffix}").exit_code == 0
    refused("batch", open_folder / "none.csv", target)
    try:
        with as_nobody():
            result = call("batch", path, target)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "没有权限在结果所在的文件夹里写文件" in plain(result.stderr)
        path.chmod(0)
        with as_nobody():
            assert "没有权限读取名单文件" in plain(refused("batch", path, open_folder / f"r.{suffix}"))
    finally:
        target.parent.chmod(0o755)
    assert not target.exists()


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "out").mkdir()
    rows = "".join(f"H{n},1,{SECRET},19{n % 80 + 10}-05-{n % 28 + 1:02}\n" for n in range(4_000))
    (tmp_path / "list.csv").write_text(LINE + rows, encoding="utf-8")
    target = tmp_path / "out" / f"r.{suffix}"
    target.write_bytes(b"the earlier result")
    ended = screened(tmp_path / "list.csv", target, most_bytes=20_000)
    assert (ended.code, SECRET in ended.said) == (1, False), ended.said
    assert "磁盘空间不足" in ended.said
    assert list(target.parent.iterdir()) == [target]
    assert target.read_bytes() == b"the earlier result"
