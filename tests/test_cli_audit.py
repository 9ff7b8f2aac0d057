"""`audit`: the trail checked and taken along on the machine that serves."""

import csv
import json

import pytest

from tests.command_line import call, plain, refused


@pytest.fixture
def here(tmp_path):
    """A deployment of its own in which one key was made."""
    variables = {"HUIMIN_DATA_DIR": str(tmp_path / "data")}
    assert call("keys", "create", "乌衣镇民政办", **variables).exit_code == 0
    return variables


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_was_done_is_exported_in_words_beside_its_code(here, tmp_path, form):
    out = tmp_path / f"trail.{form}"
    result = call("audit", "export", str(out), **here)
    assert result.exit_code == 0, result.stderr
    assert "已导出1条" in plain(result.stdout)
    text = out.read_text("utf-8-sig")
    (line,) = csv.DictReader(text.splitlines()) if form == "csv" else [json.loads(text)]
    assert (line["action"], line["action_label"], line["route"]) == ("client.created", "建立密钥", "keys create")


def test_a_file_that_is_there_is_not_overwritten(here, tmp_path):
    out = tmp_path / "trail.csv"
    out.write_text("kept", "utf-8")
    assert "已经存在" in plain(refused("audit", "export", str(out), **here))
    assert out.read_text("utf-8") == "kept"


def test_a_sound_trail_verifies_and_gives_an_anchor_that_holds(here):
    said = plain(call("audit", "verify", **here).stdout)
    anchor = said.split("：")[-1].strip()
    assert call("audit", "verify", "--expect", anchor, **here).exit_code == 0
    other = call("audit", "verify", "--expect", f"1:{'0' * 64}", **here)
    assert other.exit_code == 1
    assert "被改动" in plain(other.stderr)
