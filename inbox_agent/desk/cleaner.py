"""A program of its own: a stranger's HTML comes in, what is left of it when cleaned goes out.

HTML's rules of repair make gigabytes of 20 kB of open formatting, and minutes of 100,000 open tags. Nobody
can stop a thread, so this is a child process that the limits below end. It imports nothing of ours, so that
it starts in 20 ms.
"""

import resource
import sys

import nh3

SECONDS = 1
_OCTETS = 512 * 2**20
_MOST_LETTERS = 2_000_000

# fmt: off
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}
INLINE = {
    "a", "b", "br", "code", "del", "em", "i", "img", "ins", "q", "s", "small", "strong", "sub", "sup", "u",
}
_DROPPED_WHOLE = {
    "audio", "base", "canvas", "datalist", "embed", "iframe", "link", "math", "meta", "noembed", "noframes",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "title",
    "video",
}
# fmt: on
_SPANS = {"colspan", "rowspan"}
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "img": {"alt"}, "td": _SPANS, "th": _SPANS}


def main() -> int:
    """Exit code 1 where more comes out than a page can hold; a signal where a limit ended it."""
    for limit, most in (
        (resource.RLIMIT_CORE, 0),  # a core would hold the mail
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, _OCTETS),
    ):
        resource.setrlimit(limit, (most, most))
    clean = cleaned(sys.stdin.buffer.read().decode("utf-8", "replace"))
    if len(clean) > _MOST_LETTERS:
        return 1
    sys.stdout.buffer.write(clean.encode())
    return 0


def cleaned(html: str) -> str:
    """What a browser would see, serialised anew, with nothing but these elements and attributes."""
    return nh3.clean(
        html,
        tags=BLOCKS | INLINE,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
    )


if __name__ == "__main__":
    sys.exit(main())
