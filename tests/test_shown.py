"""Results are counted page by page and told by policy and verdict."""

from app.answering.shown import Shown, Verdicts

ONE, OTHER = Verdicts([("a", "eligible"), ("b", "ineligible")]), Verdicts([("a", "eligible")])


def test_pages_shown_again_add_up():
    shown = Shown()
    shown.add([ONE, OTHER])
    assert shown.totals() == {("a", "eligible"): 2, ("b", "ineligible"): 1}
    shown.add([ONE, ONE])
    assert shown.totals() == {("a", "eligible"): 4, ("b", "ineligible"): 3}


def test_pages_that_are_never_shown_again_are_not_kept(monkeypatch):
    monkeypatch.setattr("app.answering.shown.MOST_OPEN", 3)
    shown = Shown()
    for _ in range(10):
        shown.add([Verdicts([("a", "eligible")])])
        assert len(shown._pages) <= 3
    assert shown.totals() == {("a", "eligible"): 10}
