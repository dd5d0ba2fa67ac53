"""What the writer newly wrote: without banner, earlier mail, signature and disclaimer; forwards opened."""

import re
from dataclasses import dataclass, field, replace

from inbox_agent.message.armour import without_armour
from inbox_agent.message.banners import banner_end
from inbox_agent.message.endings import without_ending
from inbox_agent.message.lines import Line, Mark
from inbox_agent.message.quotes import (
    Attribution,
    Separator,
    attributions,
    begins_header_block,
    header_block_end,
    separator,
)

_FORWARDS = 5  # forwards of forwards that are opened
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class NewText:
    """`quoted` says that earlier mail was found and taken away, `encrypted` that some of it stays unread."""

    text: str
    removed: tuple[str, ...]
    forwarded: bool
    quoted: bool
    encrypted: bool = False


def new_text(lines: list[Line], *, is_reply: bool, is_forward: bool) -> NewText:
    lines, armour, encrypted = without_armour(lines)
    reading = _Reading(is_reply, is_forward)
    reading.read(lines)
    said, removed = filter(None, reading.said), filter(None, [*reading.removed, joined(armour)])
    return NewText("\n\n".join(said), tuple(removed), reading.forwarded, reading.quoted, encrypted)


def joined(lines: list[Line]) -> str:
    return _BLANKS.sub("\n\n", "\n".join(line.text.rstrip() for line in lines)).strip("\n ")


@dataclass(slots=True)
class _Reading:
    """One pass from top to bottom. A chunk is what the writer said between two quotes."""

    is_reply: bool
    is_forward: bool
    said: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    forwarded: bool = False
    quoted: bool = False
    chunk: list[Line] = field(default_factory=list)

    def read(self, lines: list[Line], forwards: int = 0) -> None:
        top = banner_end(lines)
        self.removed.append(joined(lines[:top]))
        lines = _without_blank_end(lines[top:])
        introductions = attributions(lines)
        said_above = len(self.said)
        position = 0
        while position < len(lines):
            if (body := _tail(lines, position)) is not None:
                self._drop_rules()
                self._end_chunk()
                opened = self._opens(lines[position], forwards, nothing_above=len(self.said) == said_above)
                self._forward(lines, position, body, forwards) if opened else self._quote(lines[position:])
                return
            end = self._quote_end(lines, position, introductions)
            if end > position:
                self._drop_rules()
                self._quote(lines[position:end])
            else:
                end = _block_end(lines, position) if _is_set_off(lines[position]) else position + 1
                self.chunk += lines[position:end]
            position = end
        self._end_chunk()

    def _opens(self, first: Line, forwards: int, *, nothing_above: bool) -> bool:
        """Is the mail that begins here passed on to be read, rather than only answered?"""
        if forwards >= _FORWARDS:
            return False
        if separator(first.key) is Separator.FORWARD or (self.is_forward and not forwards):
            return True
        return nothing_above and (forwards > 0 or not self.is_reply)

    def _forward(self, lines: list[Line], position: int, body: int, forwards: int) -> None:
        self.forwarded = True
        self.removed.append(joined(lines[position:body]))
        self.read(_lifted(lines[body:]), forwards + 1)

    def _quote_end(self, lines: list[Line], position: int, introductions: dict[int, Attribution]) -> int:
        """Where the earlier mail that begins here ends; `position` itself when none does."""
        line = lines[position]
        introduction = introductions.get(position) if line.depth == 0 else None
        if introduction is not None:
            follows = _next(lines, introduction.end)
            if follows < len(lines) and _is_set_off(lines[follows]):
                return _block_end(lines, follows)
            if introduction.addressed or (introduction.dated and (self.is_reply or follows == len(lines))):
                return len(lines)
        if not _is_set_off(line):
            return position
        end = _block_end(lines, position)
        return end if self._is_quote(lines, position, end, introductions) else position

    def _is_quote(
        self, lines: list[Line], start: int, end: int, introductions: dict[int, Attribution]
    ) -> bool:
        """People type `>` too: it is a quote only where something else says that earlier mail is there."""
        return (
            self.quoted
            or any(line.mark is Mark.QUOTED for line in lines[start:end])
            or any(at in introductions for at in range(start, end))
            or (self.is_reply and not introductions)
            or header_block_end(lines, start) is not None
        )

    def _quote(self, lines: list[Line]) -> None:
        self._end_chunk()
        self.quoted = True
        self.removed.append(joined(lines))

    def _drop_rules(self) -> None:
        """The line that some programs draw above earlier mail."""
        while self.chunk and _is_rule(self.chunk[-1].key):
            self.chunk.pop()

    def _end_chunk(self) -> None:
        kept, removed = without_ending(self.chunk)
        self.said += filter(None, [joined(kept)])
        self.removed += filter(None, [joined(removed)])
        self.chunk = []


def _is_set_off(line: Line) -> bool:
    return line.depth > 0 or line.mark is Mark.QUOTED


def _block_end(lines: list[Line], start: int) -> int:
    """After the last set-off line that only empty lines separate from `start`."""
    end = start
    for position in range(start, len(lines)):
        if _is_set_off(lines[position]):
            end = position + 1
        elif lines[position].key:
            break
    return end


def _is_rule(key: str) -> bool:
    return not key or (len(key) > 2 and not key.strip("-_=* "))


def _tail(lines: list[Line], position: int) -> int | None:
    """Where the body of an earlier mail begins whose announcement stands here; None when none does."""
    line = lines[position]
    if line.depth and not (separator(line.key) is Separator.FORWARD and _begins_block(lines, position)):
        return None
    if line.mark is Mark.TAIL or separator(line.key) is not None:
        start = _next_said(lines, position + (line.mark is not Mark.TAIL))
        end = header_block_end(lines, start, announced=True) if start < len(lines) else None
        return end or start
    if begins_header_block(line.key):
        return header_block_end(lines, position)
    return None


def _begins_block(lines: list[Line], position: int) -> bool:
    """Apple sets a forward off as a whole; inside a quote, a forward is only part of the quote."""
    above = next((at for at in range(position - 1, -1, -1) if lines[at].key), None)
    return above is None or not _is_set_off(lines[above])


def _without_blank_end(lines: list[Line]) -> list[Line]:
    """A mark above nothing announces nothing."""
    end = len(lines)
    while end and not lines[end - 1].key:
        end -= 1
    return lines[:end]


def _next(lines: list[Line], start: int) -> int:
    return next((at for at in range(start, len(lines)) if lines[at].key), len(lines))


def _next_said(lines: list[Line], start: int) -> int:
    for position in range(start, len(lines)):
        key = lines[position].key
        if not _is_rule(key) and separator(key) is None:
            return position
    return len(lines)


def _lifted(lines: list[Line]) -> list[Line]:
    """A forwarded mail is set off as a whole by some programs; what is deeper inside it stays a quote."""
    outer = min((line.depth for line in lines if line.key), default=0)
    return [
        replace(
            line,
            text=_unquoted(line.text, outer),
            depth=max(0, line.depth - outer),
            mark=_lifted_mark(line, outer),
        )
        for line in lines
    ]


def _lifted_mark(line: Line, outer: int) -> Mark:
    return line.mark if line.depth > outer or line.mark is not Mark.QUOTED else Mark.NONE


def _unquoted(text: str, levels: int) -> str:
    for _ in range(levels):
        text = re.sub(r"^[ \t]{0,2}>[ \t]?", "", text, count=1)
    return text
