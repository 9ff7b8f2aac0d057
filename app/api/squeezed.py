"""The page's files without what only their authors read: comments, indentation, spaces and marks that change nothing.

Nothing is renamed and no statement is changed: what runs is what was written.
"""

import re
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"[\w$#]")
_OPENS: Final = frozenset("([{,;:?=&|>")
"""After these a line cannot end a statement."""
_GOES_ON: Final = frozenset(")]},.:?&|=")
"""Before these a line cannot begin one."""
_CLOSES: Final = frozenset(")]}")
_HOLE: Final = frozenset(",[")
"""Behind these a comma stands for an element that is left out."""
_VALUE: Final = re.compile(r"[\w$)\]}]")
"""What a value may end with: a slash behind it divides, and anywhere else begins a regular expression."""
_BEFORE_VALUE: Final = re.compile(r"(?:^|[^\w$.])(?:return|typeof|case)\s*$")
_REGEX: Final = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEXT: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|' r"'(?:[^'\\\n]|\\.)*'")
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_SPACE: Final = re.compile(r"\s+")


def script(text: str) -> str:
    """Return a JavaScript module as small as it gets without a change of names."""
    made: list[str] = []
    for token in _tokens(text):
        if not token.isspace():
            made.append(token)
        elif made and not made[-1].isspace():
            made.append("\n" if "\n" in token else " ")
    kept = [
        token
        for place, token in enumerate(made)
        if not token.isspace() or (0 < place < len(made) - 1 and _parts(made[place - 1][-1], token, made[place + 1][0]))
    ]
    around = zip(["", *kept], kept, [*kept[1:], ""], strict=False)
    return "".join(token for before, token, after in around if not _trails(before[-1:], token, after[:1]))


def sheet(text: str) -> str:
    """Return a style sheet without comments and needless spaces; its texts hold no punctuation."""
    text = _SPACE.sub(" ", _COMMENT.sub("", text))
    return re.sub(r"(?<=:) | ?([{};,]) ?", r"\1", text).replace(";}", "}").strip()


def _parts(before: str, space: str, after: str) -> bool:
    """Tell whether the white space between two characters must stay."""
    if space == "\n":
        return before not in _OPENS and after not in _GOES_ON
    if _WORD.match(before) and _WORD.match(after):
        return True
    return (before == after and before in "+-") or "/" in (before, after)


def _trails(before: str, token: str, after: str) -> bool:
    """Tell whether a comma or semicolon is the last before a bracket that closes, where it says nothing."""
    match token:
        case ",":
            return after in _CLOSES and before not in _HOLE
        case ";":
            # Behind a parenthesis it can be all that a loop does.
            return after == "}" and before not in ");{"
        case _:
            return False


def _tokens(text: str) -> Iterator[str]:
    """Yield white space, texts and regular expressions whole, and everything else a character at a time."""
    place, last = 0, "("
    depth: list[int] = []
    """For each template that is open around this place: how many braces are open in its substitution."""
    while place < len(text):
        letter = text[place]
        if found := _SPACE.match(text, place):
            yield found[0]
            place = found.end()
            continue
        if letter == "/" and (found := _COMMENT.match(text, place)):
            place = found.end()
            continue
        if letter == "`" or (letter == "}" and depth and depth[-1] == 0):
            if letter == "}":
                depth.pop()
            end, goes_on = _template(text, place + 1)
            if goes_on:
                depth.append(0)
            token = text[place:end]
        elif (letter in "\"'" and (found := _TEXT.match(text, place))) or (
            letter == "/" and _begins_value(text, place, last) and (found := _REGEX.match(text, place))
        ):
            token = found[0]
        else:
            token = letter
            if depth and letter in "{}":
                depth[-1] += 1 if letter == "{" else -1
        yield token
        place += len(token)
        last = token[-1]


def _begins_value(text: str, place: int, last: str) -> bool:
    return not _VALUE.match(last) or bool(_BEFORE_VALUE.search(text, max(0, place - 12), place))


def _template(text: str, place: int) -> tuple[int, bool]:
    """Return where a template's words end that begin at *place*, and whether a substitution follows."""
    while text[place] != "`":
        if text.startswith("${", place):
            return place + 2, True
        place += 2 if text[place] == "\\" else 1
    return place + 1, False
