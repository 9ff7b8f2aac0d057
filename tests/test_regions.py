import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regions import (
    NANQIAO,
    TOWNSHIPS,
    RegionError,
    is_local,
    read_region_code,
    township_warning,
)

codes = st.sampled_from([2, 4, 6, 9, 12]).flatmap(
    lambda length: st.integers(10 ** (length - 1), 10**length - 1).map(str)
)


@given(codes)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    typed = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert read_region_code(code) == code
    assert read_region_code(f"\u3000{typed[:2]} {typed[2:]}\u200b") == code


@pytest.mark.parametrize("text", ["", "3", "341", "34110", "3411031", "34110310020", "34l103", "041103"])
def test_a_text_that_is_no_code_is_refused_without_an_echo(text: str) -> None:
    with pytest.raises(RegionError, match="2、4、6、9或12位数字") as caught:
        read_region_code(text)
    assert len(text) < 3 or text not in str(caught.value)


@pytest.mark.parametrize("code", ["341103", "341103100", "341103100201", "341103000000", "341103999"])
def test_a_code_in_the_home_region_is_local(code: str) -> None:
    assert is_local(code) is True


@pytest.mark.parametrize("code", ["35", "3412", "341102", "341102001", "341122100201", "341181", "341200"])
def test_a_code_outside_the_home_region_is_not_local(code: str) -> None:
    assert is_local(code) is False


@pytest.mark.parametrize("code", ["34", "3411", "340000", "341100", "341100000", "340000000000"])
def test_a_code_of_the_city_or_province_does_not_tell(code: str) -> None:
    assert is_local(code) is None


def test_a_development_zone_of_the_same_city_does_not_tell() -> None:
    assert is_local("341171") is None
    assert is_local("341172001") is None
    assert is_local("340171") is False


def test_home_may_be_a_city_a_township_or_padded() -> None:
    assert is_local("341103100", home="3411") is True
    assert is_local("341171", home="3411") is True
    assert is_local("441900003", home="441900") is True
    assert is_local("341103", home="341103100") is None
    assert is_local("341103101", home="341103100") is False
    assert is_local("341103101", home="341103000000") is True


@given(codes, codes)
def test_a_longer_code_only_ever_settles_what_a_shorter_one_left_open(code: str, home: str) -> None:
    answers = [is_local(code[:n], home) for n in (2, 4, 6, 9, 12) if n <= len(code)]
    settled = [answer for answer in answers if answer is not None]
    assert answers[len(answers) - len(settled) :] == settled
    assert len(set(settled)) < 2


def test_known_townships_are_not_warned_of() -> None:
    for township in TOWNSHIPS:
        assert township.startswith(NANQIAO)
        assert township_warning(township) is None
        assert township_warning(f"{township}201") is None


@pytest.mark.parametrize("code", ["341103299", "341103299201"])
def test_an_unknown_township_of_the_district_is_warned_of(code: str) -> None:
    warning = township_warning(code)
    assert warning is not None
    assert "请核对" in warning


@pytest.mark.parametrize("code", ["34", "341103", "341103000000", "341102299", "341122100201"])
def test_a_code_without_a_township_or_elsewhere_is_not_warned_of(code: str) -> None:
    assert township_warning(code) is None
