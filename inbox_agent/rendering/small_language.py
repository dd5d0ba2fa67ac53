"""The small language of wordings: enough to fill in a letter, too little to go on for ever or to grow.

A wording shows facts, asks whether they are there, and goes through lists of them. It cannot reckon, join
texts, define anything or fetch another file, so that what it makes is about as long as itself and its
facts; the rounds of its loops are counted as it is filled in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes

LONGEST = 20_000
"""A file of words has no more characters than this."""

_MOST_PIECES = 1000
_DEEPEST = 25
_DEEPEST_LOOP = 2
_LONGEST_LIST = 50
_FILTERS = frozenset({"map", "select", "reject", "list", "first", "last", "length"})
_TESTS = frozenset({"defined", "undefined", "none"})
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Filter, nodes.Test),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
    *(nodes.List, nodes.Dict, nodes.Pair, nodes.Tuple, nodes.Keyword),
)
_CALLED: tuple[tuple[tuple[type[nodes.Node], ...], str], ...] = (
    ((nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow), "reckoning"),
    ((nodes.Neg, nodes.Pos), "a sign before a number"),
    ((nodes.Concat,), "joining texts with ~"),
    ((nodes.Macro, nodes.CallBlock), "a macro"),
    ((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block), "another file"),
    ((nodes.Slice,), "a part of a list"),
    ((nodes.AssignBlock,), "{% set %} with an end"),
    ((nodes.FilterBlock,), "{% filter %}"),
    ((nodes.With,), "{% with %}"),
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One node of a wording, how deep it stands, and within how many loops."""

    node: nodes.Node
    depth: int = 0
    loops: int = 0

    def parts(self) -> Iterator["_Piece"]:
        """What it is made of; a loop repeats all but what it goes through and its `else`."""
        for field, value in self.node.iter_fields():
            repeats = isinstance(self.node, nodes.For) and field in {"body", "test"}
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, nodes.Node):
                    yield _Piece(part, self.depth + 1, self.loops + repeats)


def check(tree: nodes.Template) -> None:
    """Raises TemplateSyntaxError at the first thing that a wording cannot do."""
    waiting, seen = [_Piece(tree)], 0
    while waiting:
        piece = waiting.pop()
        seen += not isinstance(piece.node, nodes.Output | nodes.TemplateData)
        wrong = _too_much(piece, seen) or _refused(piece)
        if wrong:
            raise TemplateSyntaxError(f"{wrong}: that is not possible in a wording", piece.node.lineno)
        waiting += reversed(list(piece.parts()))


def count_rounds(tree: nodes.Template) -> nodes.Template:
    """Each round of a loop yields an empty text, so that whoever fills the wording in can count them."""
    for loop in tree.find_all(nodes.For):
        loop.body.insert(0, nodes.Output([nodes.TemplateData("")], lineno=loop.lineno))
    return tree


def _too_much(piece: _Piece, seen: int) -> str:
    if seen > _MOST_PIECES:
        return f"more than {_MOST_PIECES} placeholders and conditions"
    return "nesting as deep as this" if piece.depth > _DEEPEST else ""


def _refused(piece: _Piece) -> str:
    """What cannot stand here, "" where the piece can."""
    if not isinstance(piece.node, _ALLOWED):
        called = (name for types, name in _CALLED if isinstance(piece.node, types))
        return next(called, type(piece.node).__name__)
    rule = _RULES.get(type(piece.node))
    return rule(piece) if rule else ""


def _loop(piece: _Piece) -> str:
    loop = piece.node
    assert isinstance(loop, nodes.For)
    if piece.loops >= _DEEPEST_LOOP:
        return "a loop within a loop within a loop"
    if loop.recursive:
        return "a loop that is `recursive`"
    if loop.test is not None and piece.loops:
        return "`if` in the head of an inner loop (write {% if %} into the loop)"
    return ""


def _compared(piece: _Piece) -> str:
    """Looking through a long list, again and again, takes long."""
    compared = piece.node
    assert isinstance(compared, nodes.Compare)
    looks = any(one.op in {"in", "notin"} and not isinstance(one.expr, nodes.List) for one in compared.ops)
    return "`in` within a loop, but for a list that is written out," if looks and piece.loops else ""


def _call(piece: _Piece) -> str:
    call = piece.node
    assert isinstance(call, nodes.Call)
    is_items = isinstance(call.node, nodes.Getattr) and call.node.attr == "items"
    is_bare = not (call.args or call.kwargs or call.dyn_args or call.dyn_kwargs)
    return "" if is_items and is_bare else "a call other than .items()"


def _filter(piece: _Piece) -> str:
    one = piece.node
    assert isinstance(one, nodes.Filter)
    if one.name not in _FILTERS:
        return f"the filter {one.name}"
    if piece.loops:
        return "a filter within a loop ({% set %} it before the loop)"
    match one:
        case nodes.Filter(name="map", args=[], kwargs=[named]):
            ok = str(named.key) == "attribute" and isinstance(named.value, nodes.Const)
        case nodes.Filter(name="select" | "reject", args=[nodes.Const(value=str(test)), *_], kwargs=[]):
            ok = test in _TESTS | {"in"}
        case _:
            ok = one.name not in {"map", "select", "reject"} and not (one.args or one.kwargs)
    return "" if ok and not (one.dyn_args or one.dyn_kwargs) else f"the filter {one.name} in this way"


def _test(piece: _Piece) -> str:
    test = piece.node
    assert isinstance(test, nodes.Test)
    return "" if test.name in _TESTS else f"the test {test.name}"


def _literal(piece: _Piece) -> str:
    """Lists of lists would grow with each name that is given to them."""
    items = list(piece.node.iter_child_nodes())
    if len(items) > _LONGEST_LIST:
        return f"a list with more than {_LONGEST_LIST} entries"
    plain = all(isinstance(item, nodes.Const | nodes.Pair) for item in items)
    return "" if plain else "a list of anything but texts"


def _pair(piece: _Piece) -> str:
    pair = piece.node
    assert isinstance(pair, nodes.Pair)
    return "" if isinstance(pair.value, nodes.Const) else "a list of anything but texts"


def _const(piece: _Piece) -> str:
    value = piece.node.value if isinstance(piece.node, nodes.Const) else None
    is_small = value is None or isinstance(value, str) or (isinstance(value, int) and 0 <= value < 1000)
    return "" if is_small else "a number above 999"


def _target(piece: _Piece) -> str:
    names = piece.node
    assert isinstance(names, nodes.Tuple)
    is_target = names.ctx == "store" and all(isinstance(one, nodes.Name) for one in names.items)
    return "" if is_target else "a list in round brackets"


_RULES: dict[type[nodes.Node], Callable[[_Piece], str]] = {
    nodes.For: _loop,
    nodes.Compare: _compared,
    nodes.Call: _call,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.List: _literal,
    nodes.Dict: _literal,
    nodes.Pair: _pair,
    nodes.Const: _const,
    nodes.Tuple: _target,
}
