"""What stands under the writer's words: signature, "sent from", disclaimer."""

from inbox_agent.message.ending_words import (
    DISCLAIMER,
    DISCLAIMER_CUES,
    GREETING,
    LONGER,
    POSTSCRIPT,
    PRINTING,
    SENT_FROM,
    SENT_FROM_WORDS,
    SIGNED,
    THANKS,
)
from inbox_agent.message.lines import Line, Mark

_POSTSCRIPTS = 3


def without_ending(lines: list[Line], postscripts: int = _POSTSCRIPTS) -> tuple[list[Line], list[Line]]:
    """(the writer's words, what stands under them), both in order.

    A postscript is the writer's again, and may be signed again: so often at most, then the rest is no more.
    """
    kept, removed = _split_marked(lines)
    end = _signature_start(kept)
    kept, below = kept[:end], kept[end:]
    postscript = next((at for at, line in enumerate(below) if POSTSCRIPT.match(line.key)), len(below))
    if postscripts and below[postscript:]:
        said, after = without_ending(below[postscript:], postscripts - 1)
        kept, below = [*kept, Line("", ""), *said], below[:postscript] + after
    kept, sent_from = _split_sent_from(kept)
    kept, disclaimers = _split_disclaimers(kept)
    return kept, [*disclaimers, *sent_from, *below, *removed]


def _split_marked(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    kept = [line for line in lines if line.mark is not Mark.SIGNATURE]
    return kept, [] if len(kept) == len(lines) else [line for line in lines if line.mark is Mark.SIGNATURE]


def _signature_start(lines: list[Line]) -> int:
    said = False
    for position, line in enumerate(lines):
        key = line.key
        if not key:
            continue
        if key == "--" or line.text.strip() == "—":
            return position
        if len(key) < 90 and SIGNED.fullmatch(key) and (said or _is_all(lines, position)):
            return position
        if said and len(key) < 50 and THANKS.fullmatch(key) and _is_name_block(lines, position + 1):
            return position
        said = said or len(key) > 70 or GREETING.fullmatch(key) is None
    return len(lines)


def _is_all(lines: list[Line], position: int) -> bool:
    """In English the words greet nobody: a mail of only a sign-off and a name says nothing."""
    return lines[position].key.isascii() and _is_name_block(lines, position + 1)


def _is_name_block(lines: list[Line], start: int) -> bool:
    """Thanks may be the message itself; it signs off only above a name and few short lines."""
    if len(lines) - start > 40:
        return False
    keys = [line.key for line in lines[start:] if line.key]
    if not 1 <= len(keys) <= 8 or any(len(key) > 70 for key in keys):
        return False
    return len(keys[0].split()) <= 4 and not keys[0].endswith((".", "?", "!", "؟", ":"))


def _split_sent_from(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    last = [at for at, line in enumerate(lines) if line.key][-3:]
    found = {at for at in last if len(lines[at].key) < 100 and _is_sent_from(lines[at].key)}
    if not found:
        return lines, []
    return [line for at, line in enumerate(lines) if at not in found], [lines[at] for at in sorted(found)]


def _is_sent_from(key: str) -> bool:
    key = key.strip("<>[]().*_ ")
    short = len(key.split()) <= SENT_FROM_WORDS or LONGER.search(key)
    return bool(short and SENT_FROM.fullmatch(key))


def _split_disclaimers(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    kept: list[Line] = []
    removed: list[Line] = []
    position = 0
    while position < len(lines):
        end = position + 1
        if PRINTING.fullmatch(lines[position].key):
            removed.append(lines[position])
        elif DISCLAIMER.match(lines[position].key):
            end = next((at for at in range(end, len(lines)) if not lines[at].key), len(lines))
            is_one = _is_disclaimer(" ".join(line.key for line in lines[position:end]))
            (removed if is_one else kept).extend(lines[position:end])
        else:
            kept.append(lines[position])
        position = end
    return kept, removed


def _is_disclaimer(paragraph: str) -> bool:
    return len(paragraph) > 60 and sum(1 for cue in DISCLAIMER_CUES if cue.search(paragraph)) >= 3
