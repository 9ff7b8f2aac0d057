"""Encodings: decided by the whole file, in the strict order mark, UTF-8, GB18030."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch.reading import encodings
from app.batch.reading.encodings import Encoding
from app.batch.reading.unreadable import UnreadableFileError

RARE = "䶮𠮷㐂㛃•龑玥·"


def encoding(path: Path, content: bytes) -> Encoding:
    file = path / "list.csv"
    file.write_bytes(content)
    return Encoding(file)


def text(found: Encoding) -> str:
    return b"".join(found.blocks()).decode()


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_rare_characters_survive_every_encoding(tmp_path: Path, name: str) -> None:
    assert text(encoding(tmp_path, f"姓名\n{RARE}\n".encode(name))) == f"姓名\n{RARE}\n"


def test_words_in_gbk_that_happen_to_be_utf_8_are_told_by_the_rest_of_the_file(tmp_path: Path) -> None:
    content = "联通,联通\n".encode("gbk")
    assert content.decode("utf-8", "ignore")  # the beginning alone would pass for UTF-8
    assert text(encoding(tmp_path, content * 3 + "户编号\n".encode("gbk"))) == "联通,联通\n" * 3 + "户编号\n"


def test_one_wrong_byte_at_the_end_of_a_long_file_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "BLOCK", 64)
    assert encoding(tmp_path, b"a,b\n" * 100 + "村".encode()).name == "utf-8"
    assert encoding(tmp_path, b"a,b\n" * 100 + "村".encode("gbk")).name == "gb18030"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b"\x84\x31\x95\x33"])
def test_the_mark_is_no_part_of_the_text(tmp_path: Path, mark: bytes) -> None:
    assert text(encoding(tmp_path, mark + b"a,b\n")) == "a,b\n"


def test_a_mark_that_lies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="标明的文字编码与内容不符"):
        encoding(tmp_path, codecs.BOM_UTF8 + "户编号".encode("gbk"))


@pytest.mark.parametrize("content", [b"a,\xff\xff\n", "户编号".encode("gbk")[:-1], "a,b\n".encode("utf-16")[:-1]])
def test_what_is_in_no_encoding_is_refused_with_a_way_out(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="另存为"):
        encoding(tmp_path, content)


@given(content=st.text(st.characters(exclude_categories=["Cs"])), size=st.integers(1, 9))
def test_blocks_end_between_characters_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, content: str, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "BLOCK", size)
        for name in ("utf-8-sig", "gb18030"):
            found = encoding(tmp_path_factory.mktemp("cut"), content.encode(name))
            if found.name == name.removesuffix("-sig"):
                blocks = list(found.blocks())
                assert "".join(block.decode() for block in blocks) == content
