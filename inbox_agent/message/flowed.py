"""Paragraphs that were cut into lines for the journey (format=flowed) are put together again (RFC 3676)."""


def rejoined(text: str, *, delete_space: bool) -> str:
    """A line that ends in a space goes on in the next of the same depth, but for `-- ` above a signature."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = _unstuffed(line[depth:])
        goes_on = content.endswith(" ") and content != "-- " and bool(content.strip())
        kept = content[:-1] if goes_on and delete_space else content
        if open_depth == depth:
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([f"{'>' * depth} {kept}" if depth else kept])
        open_depth = depth if goes_on else None
    return "\n".join(map("".join, paragraphs))


def _unstuffed(content: str) -> str:
    """A space was put before what would look like a quote; it must stay to tell that it is none."""
    return content[1:] if content.startswith(" ") and not content.startswith(" >") else content
