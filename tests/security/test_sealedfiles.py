"""Sealed files: what is written comes back, and nothing that was changed does."""

import pytest

from app.security.keyring import Suite, UnsealError
from app.security.sealedfiles import SIZE, SealedReader, SealedWriter, new_key, open_file, seal_file

PLACE = "batch:x:upload"
KEY = new_key()
HEADER, FRAME = 18, SIZE + 16


def sealed(path, content, suite=Suite.AES, place=PLACE, key=KEY):
    path.unlink(missing_ok=True)
    with SealedWriter(path, key, suite, place) as writer:
        for start in range(0, len(content), 100_000):
            writer.write(content[start : start + 100_000])
        writer.complete()
    return path


def content(size):
    return bytes(number * 31 % 251 for number in range(size))


THREE = content(2 * SIZE + 5)


@pytest.fixture
def file(tmp_path):
    return sealed(tmp_path / "sealed", THREE)


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize("size", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 5])
def test_what_is_written_comes_back(tmp_path, suite, size):
    reader = SealedReader(sealed(tmp_path / "sealed", content(size), suite), KEY, PLACE)
    assert reader.size == size
    assert reader.read() == content(size)


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (SIZE - 1, SIZE + 1), (SIZE, 2 * SIZE), (5, 5), (7, None), (2 * SIZE + 4, None)]
)
def test_a_stretch_of_it_is_read_alone(file, start, stop):
    assert b"".join(SealedReader(file, KEY, PLACE).blocks(start, stop)) == THREE[start:stop]


def test_nothing_of_it_can_be_seen_by_others(file):
    raw = file.read_bytes()
    assert THREE[:16] not in raw
    assert THREE[-4:] not in raw
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_is_sealed_and_opened_whole(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(THREE)
    seal_file(plain, tmp_path / "sealed", KEY, Suite.SM, PLACE)
    open_file(tmp_path / "sealed", tmp_path / "again", KEY, PLACE)
    assert (tmp_path / "again").read_bytes() == THREE
    assert (tmp_path / "again").stat().st_mode & 0o777 == 0o600


def frames(raw):
    return raw[:HEADER], [raw[start : start + FRAME] for start in range(HEADER, len(raw), FRAME)]


CHANGES = {
    "nothing left": lambda head, parts: b"",
    "the header alone": lambda head, parts: head,
    "the last frame cut off": lambda head, parts: head + b"".join(parts[:-1]),
    "the last frame cut short": lambda head, parts: head + b"".join(parts)[:-1],
    "the first frame left out": lambda head, parts: head + b"".join(parts[1:]),
    "two frames exchanged": lambda head, parts: head + parts[1] + parts[0] + parts[2],
    "a frame doubled": lambda head, parts: head + parts[0] + parts[0] + b"".join(parts[1:]),
    "something added": lambda head, parts: head + b"".join(parts) + b"\0",
    "another salt": lambda head, parts: head[:-1] + bytes((head[-1] ^ 1,)) + b"".join(parts),
    "another cipher": lambda head, parts: head[:1] + b"\2" + head[2:] + b"".join(parts),
    "no such cipher": lambda head, parts: head[:1] + b"\7" + head[2:] + b"".join(parts),
    "a bit of the first frame": lambda head, parts: head + bytes((parts[0][0] ^ 1,)) + b"".join(parts)[1:],
    "a bit of the last tag": lambda head, parts: head + b"".join(parts)[:-1] + bytes((parts[-1][-1] ^ 1,)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_does_not_open(file, change):
    file.write_bytes(CHANGES[change](*frames(file.read_bytes())))
    with pytest.raises(UnsealError):
        SealedReader(file, KEY, PLACE).read()


def test_what_was_cut_off_is_found_before_anything_is_given_out(file):
    file.write_bytes(CHANGES["the last frame cut off"](*frames(file.read_bytes())))
    with pytest.raises(UnsealError):
        SealedReader(file, KEY, PLACE)


def test_neither_another_place_nor_another_key_opens_it(file):
    for key, place in ((KEY, "batch:y:upload"), (new_key(), PLACE)):
        with pytest.raises(UnsealError):
            SealedReader(file, key, place)


def test_one_that_was_not_completed_does_not_open(tmp_path):
    with SealedWriter(tmp_path / "sealed", KEY, Suite.AES, PLACE) as writer:
        writer.write(THREE)
    with pytest.raises(UnsealError):
        SealedReader(tmp_path / "sealed", KEY, PLACE)


def test_two_files_of_the_same_content_differ(tmp_path):
    assert sealed(tmp_path / "a", THREE).read_bytes() != sealed(tmp_path / "b", THREE).read_bytes()
