"""Derivatives of functions of one number, as formulas over u, the argument, and v, the value.

tanh(u) -> 1 - v**2      sigmoid(u) -> v*(1 - v)      sqrt(u) -> 1/(2*v)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from symnet.verify.slips.node import Called, Node, binary, number
from symnet.verify.slips.reading import read_formula

TABLE: dict[str, tuple[str, ...]] = {
    "tanh": ("1 - v**2",),
    "sigmoid": ("v*(1 - v)",),
    "expit": ("v*(1 - v)",),
    "exp": ("v",),
    "expm1": ("exp(u)",),
    "log": ("1/u",),
    "log1p": ("1/(1 + u)",),
    "sqrt": ("1/(2*v)", "1/v"),
    "square": ("2*u", "u"),
    "sin": ("cos(u)",),
    "cos": ("-sin(u)",),
    "tan": ("1 + v**2",),
    "sinh": ("cosh(u)",),
    "cosh": ("sinh(u)",),
    "arctan": ("1/(1 + u**2)",),
    "erf": ("2*exp(-u**2)/sqrt(pi)", "exp(-u**2)"),
    "softplus": ("sigmoid(u)",),
    "abs": ("sign(u)",),
    "absolute": ("sign(u)",),
    "relu": ("(u > 0)",),
    "leaky_relu": ("where(u > 0, 1, 0.01)",),
    "silu": ("sigmoid(u)*(1 + u*(1 - sigmoid(u)))", "sigmoid(u)"),
    "swish": ("sigmoid(u)*(1 + u*(1 - sigmoid(u)))", "sigmoid(u)"),
    "gelu": ("(1 + erf(u/sqrt(2)))/2 + u*exp(-u**2/2)/sqrt(2*pi)", "(1 + erf(u/sqrt(2)))/2"),
    "elu": ("where(u > 0, 1, exp(u))",),
    "log_sigmoid": ("1 - sigmoid(u)",),
    "logsigmoid": ("1 - sigmoid(u)",),
    "softsign": ("1/(1 + abs(u))**2",),
    "softmax": ("v*(1 - v)",),
    "norm": ("u/v", "1/v"),
}
MASKS = frozenset({"relu", "maximum", "minimum", "leaky_relu", "clip", "where"})


@cache
def _template(text: str) -> Node:
    return read_formula(text, "numpy").root


def derivatives(node: Node, value: Node, notation: str) -> Iterator[tuple[Node, str]]:
    """The derivatives of what a node does to its argument, with the function's name.

    `value` stands for the node's own value: its name, where it has one.
    """
    if node.head == "call" and node.parts:
        name = node.word.name
        u = node.parts[0]
        for text in TABLE.get(name, ()):
            yield _filled(_template(text), u, value, notation), name
        if name == "maximum" and len(node.parts) == 2:
            a, b = node.parts
            yield Node("compare", (a, b), (">",)) if notation == "numpy" else _bracket(a, b), name
    elif node.head == "**" and node.parts[1].head in ("number", "name"):
        u, n = node.parts
        yield from _powers(u, n, notation)
    elif node.head == "/" and node.parts[1].head != "number":
        u = node.parts[1]
        yield binary("/", number(1), binary("**", u, number(2))), "1/u"
        if node.parts[0].head != "number":
            yield binary("/", node.parts[0], binary("**", u, number(2))), "a quotient"


def _bracket(a: Node, b: Node) -> Node:
    return Node("list", (Node("compare", (a, b), (">",)),))


def _powers(u: Node, n: Node, notation: str) -> Iterator[tuple[Node, str]]:
    if n.head == "name":
        yield binary("**", u, binary("-", n, number(1))), "a power"
        log = Node("call", (u,), Called("log", "np.log" if notation == "numpy" else "log"))
        yield binary("*", binary("**", u, n), log), "an exponential"
        return
    lower = n.word - 1
    rest = u if lower == 1 else binary("**", u, number(lower))
    yield rest, "a power"
    yield binary("*", number(n.word), rest), "a power"


def _filled(node: Node, u: Node, v: Node, notation: str) -> Node:
    if node.head == "name":
        return {"u": u, "v": v}.get(node.word, Node("name", word=node.word))
    parts = tuple(_filled(p, u, v, notation) for p in node.parts)
    word = node.word
    if isinstance(word, Called) and notation == "numpy":
        plain = word.name in ("sigmoid", "erf")
        word = Called(word.name, word.name if plain else f"np.{word.name}", word.keywords)
    made = Node(node.head, parts, word)
    return Node("list", (made,)) if node.head == "compare" and notation == "index" else made
