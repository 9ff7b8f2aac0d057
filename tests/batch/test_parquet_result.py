"""The tidy Parquet file holds the frames as they came, and says how it was made."""

from pathlib import Path

import polars as pl
import pytest

from app.batch.parquet_result import parquet_result, read_made
from app.batch.tidy import SCHEMA
from app.rules.document import fingerprint
from policies import POLICIES
from tests.batch.screened_lists import ABOUT, random_list, screened


def test_frames_read_back_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    made = [screened(random_list(seed, 20)) for seed in range(4)]
    with parquet_result(path, POLICIES, ABOUT) as result:
        for part in made:
            result.add(part.tidy)
        result.finish()
    everything = pl.concat(frame for part in made for frame in part.tidy)
    assert pl.read_parquet(path).equals(everything.cast(SCHEMA))
    assert dict(pl.read_parquet_schema(path)) == SCHEMA
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]


def test_the_file_says_how_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with parquet_result(path, POLICIES, ABOUT) as result:
        result.finish()
    made = read_made(path)
    assert made is not None
    assert made.about == ABOUT
    assert made.policies == {policy.code: fingerprint([policy]) for policy in POLICIES}
    assert pl.read_parquet(path).is_empty()


def test_a_file_of_others_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    assert read_made(path) is None
    pl.DataFrame({"a": [1]}).write_parquet(path, metadata={"huimin": "[1"})
    assert read_made(path) is None


def test_nothing_is_left_of_a_result_that_was_given_up(tmp_path: Path) -> None:
    with parquet_result(tmp_path / "a.parquet", POLICIES, ABOUT) as result:
        result.add(screened(random_list(1, 5)).tidy)
    assert not list(tmp_path.iterdir())


def add_a_frame_that_does_not_fit(path: Path) -> None:
    with parquet_result(path, POLICIES, ABOUT) as result:
        result.add(screened(random_list(1, 5)).tidy)
        result.add([pl.DataFrame({"a": [1]})])
        result.finish()


def test_a_frame_that_does_not_fit_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other columns"):
        add_a_frame_that_does_not_fit(tmp_path / "a.parquet")
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_writer_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", refuse)
    result = parquet_result(tmp_path / "a.parquet", POLICIES, ABOUT)
    with pytest.raises(OSError, match="disk full"):
        result.finish()
