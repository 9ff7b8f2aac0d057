"""The notice tells everything at once, and nothing that it is given becomes markup."""

import base64
import json
import random
import re
import zlib
from datetime import date
from html.parser import HTMLParser

import pytest

from app.answering.answers import Answers
from app.intake.door import Submission
from app.onewindow.notice.content import TITLE, notice_of
from app.onewindow.notice.html import POLICY, html
from app.onewindow.notice.pdf import pdf
from app.screening import Profile, Screener
from app.security.answer_receipts import Receipt
from policies import POLICIES
from tests.strategies import random_profile

ANSWERS = Answers(Screener(POLICIES), "0.0.0")
DAY = date(2026, 11, 25)


def answered(profile: Profile) -> dict:
    return json.loads(ANSWERS.render(Submission(profile, DAY, None, False, (), {}), id="a-screening"))


def households(count: int) -> list[Profile]:
    return [random_profile(random.Random(seed), holes=0.4) for seed in range(count)]


def text_of(page: bytes) -> str:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = found.append  # type: ignore[method-assign]
    parser.feed(page.decode())
    return "".join(found)


@pytest.mark.parametrize("profile", households(30))
def test_it_names_all_that_qualifies_and_everything_that_may_still_be_asked(profile):
    answer = answered(profile)
    said = text_of(html(notice_of(answer)))
    for result in answer["results"]:
        assert (result["title"] in said) or result["verdict"] == "ineligible"
        if result["verdict"] == "eligible":
            assert all(material in said for material in result["next"]["materials"])
            assert result["handling_unit"]["name"] in said
    for question in answer["questions"]:
        if question["could_settle"]:
            assert question["label"] in said
    assert answer["notice"] in said


@pytest.mark.parametrize("profile", households(20))
def test_for_unchanged_facts_no_later_request_names_a_new_item(profile):
    """Whatever of it is answered, the notice that follows asks for nothing that this one did not."""
    answer = answered(profile)
    asked = {(item["fact"], item["member"]) for result in answer["results"] for item in result["missing_facts"]}
    chance = random.Random(1)
    filled = random_profile(chance, holes=0, most=1)
    members = [dict(member) for member in profile.members]
    facts = dict(profile.facts)
    for fact, member in sorted(asked, key=str)[::2]:
        entity, _, key = fact.partition(".")
        if entity == "household":
            facts[key] = filled.facts[key]
        elif key not in ("birth_date", "age"):
            members[int(member) - 1][key] = filled.members[0][key]
    later = answered(Profile(facts, tuple(members), profile.references))
    told = text_of(html(notice_of(answer)))
    for result in later["results"]:
        for item in result["missing_facts"]:
            assert item["label"] in told, (result["policy"], item)


def test_what_a_caller_named_becomes_no_markup():
    profile = households(1)[0]
    named = Profile(profile.facts, profile.members[:1], ("<b>&1",), reference="<script>alert(1)</script>")
    page = html(notice_of(answered(named))).decode()
    assert "<script>" not in page
    assert "&lt;b&gt;&amp;1" in page
    assert pdf(notice_of(answered(named))).startswith(b"%PDF-")


def test_the_page_may_use_its_own_style_and_nothing_else():
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/]+='; .*", POLICY)
    assert "http" not in html(notice_of(answered(households(1)[0]))).decode()


def test_a_stored_answer_s_notice_says_how_it_is_verified():
    answer = answered(households(1)[0])
    assert "核验码" not in text_of(html(notice_of(answer)))
    receipt = Receipt(bytes(16), bytes(range(16)), bytes(16))
    said = text_of(html(notice_of({**answer, "id": "019a", "receipt": str(receipt)})))
    assert f"筛查编号 019a，核验码 {receipt.short}" in said


def test_the_pdf_holds_the_same_words():
    notice = notice_of(answered(households(3)[2]))
    file = pdf(notice)
    streams = re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL)
    content = b"".join(zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>"))) for stream in streams)
    assert _encoded(TITLE) in content
    for table in notice.tables:
        for row in table.rows:
            assert _encoded(row[0][:6]) in content


def _encoded(text: str) -> bytes:
    """Return *text* as a PDF string writes it: UCS-2, with what is not printable escaped."""
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    return UnicodeCIDFont("STSong-Light").formatForPdf(text).encode("latin-1")


def test_the_same_notice_is_the_same_file():
    notice = notice_of(answered(households(1)[0]))
    assert pdf(notice) == pdf(notice)
