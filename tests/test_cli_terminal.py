"""Text on a terminal: it wraps as Chinese does."""

import re

import pytest
from rich.cells import cell_len

from app.cli.terminal import wrap
from tests.command_line import plain

SENTENCES = (
    "家庭人均年可支配收入9200.50元/年，不低于当地低保标准（折合每年）8604元/年；年龄83周岁，不低于80周岁",
    "属于经济困难（属于低收入人口（属于建档立卡人口（建档立卡：已脱贫(享受政策)）））；2026-11-23在施行期内（2018-11-19起）",
    "longevity-allowance.80-89 a-word-that-is-wider-than-every-line 12345678901234567890",
    "",
    "两行\n第二行",
)


@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_wrapped_text_keeps_to_the_width_and_loses_nothing(sentence):
    for width in range(2, 60):
        lines = list(wrap(sentence, width))
        assert max(map(cell_len, lines)) <= width
        assert plain("".join(lines)) == plain(sentence)


@pytest.mark.parametrize("sentence", SENTENCES[:2], ids=range(2))
def test_a_line_begins_with_no_closing_mark_and_cuts_no_number(sentence):
    numbers = re.findall(r"[0-9][0-9.-]*(?:元/年|周岁|)", sentence)
    for width in range(24, 60):
        lines = list(wrap(sentence, width))
        assert not any(re.match("[，。；：、）》)]", line) for line in lines)
        assert not any(re.search("[（(]$", line) for line in lines)
        assert [number for number in numbers if not any(number in line for line in lines)] == []
