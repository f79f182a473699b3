"""Tree -> text: what was not edited stays as the author wrote it.

    @(attribute T(X), -(@(X, w), y))  =>  X.T @ (X@w - y)

A node with a place in the text is that text; another is written anew around such pieces.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnet.verify.slips.node import Called, Node, Over, Span

ATOM = 12
PRECEDENCE = {
    **{"|": 5, "&": 6, "+": 7, "-": 7, "*": 8, "/": 8, "@": 8, "//": 8, "%": 8},
    **{"neg": 9, "~": 9, "**": 10, "compare": 4, "not": 3, "slice": 1},
}
TIGHT = frozenset({"*", "/", "**", "//", "%"})


def precedence(node: Node) -> int:
    """How tightly a node holds together; the words `and` and `or` hold least."""
    if node.word == "word" and node.head in "&|":
        return 2 if node.head == "&" else 1
    return PRECEDENCE.get(node.head, ATOM)


def required(parent: Node, slot: int) -> int:
    """The least precedence of a part that needs no brackets."""
    head = parent.head
    if head in ("neg", "~"):
        return 9
    if head == "**":
        return ATOM if slot == 0 else 9
    if head in PRECEDENCE and head != "slice":
        own = precedence(parent)
        return own + 1 if slot or head == "compare" else own
    if head in ("attribute", "method", "entry") and slot == 0:
        return ATOM
    return 0


@dataclass(frozen=True)
class Writer:
    """Writes nodes of one text; with `whole`, definitions are put in and no place is used."""

    text: str
    notation: str
    whole: bool = False

    def written(self, node: Node, least: int = 0) -> str:
        """The text of a node, in brackets where its surroundings need that."""
        made = self._plain(node)
        return f"({made})" if precedence(node) < least else made

    def _plain(self, node: Node) -> str:
        if node.span is not None and not self.whole:
            return self.text[slice(*node.span)]
        head, parts = node.head, node.parts
        if head == "name" and self.whole and parts:
            return f"({self.written(parts[0])})"
        match head:
            case "name":
                return str(node.word)
            case "number":
                return _number(node.word)
            case "flag" | "none":
                return str(node.word)
            case "ellipsis":
                return "..."
            case "text":
                return repr(node.word)
            case "tuple" | "list":
                inner = ", ".join(map(self.written, parts))
                inner += "," if head == "tuple" and len(parts) == 1 else ""
                return f"({inner})" if head == "tuple" else f"[{inner}]"
            case "neg" | "~" | "not":
                sign = {"neg": "-", "~": "~", "not": "not "}[head]
                return sign + self.written(parts[0], required(node, 0))
            case "compare":
                return self._compare(node)
            case "attribute":
                return f"{self.written(parts[0], ATOM)}.{node.word}"
            case "entry":
                return self._entry(node)
            case "slice":
                return self._slice(node)
            case "call":
                return f"{node.word.spelled}({self._arguments(parts, node.word)})"
            case "method":
                inner = self._arguments(parts[1:], node.word)
                return f"{self.written(parts[0], ATOM)}.{node.word.name}({inner})"
            case "reduce":
                return self._reduction(node)
            case "each":
                body, over = map(self.written, parts)
                return f"[{body} for {node.word} in {over}]"
        if len(parts) == 2:
            return self._binary(node)
        return str(node.word)

    def _binary(self, node: Node) -> str:
        a, b = (self.written(p, required(node, k)) for k, p in enumerate(node.parts))
        sign = node.head
        if sign == "**" and self.notation == "index":
            sign = "^"
        if node.word == "word":
            return f"{a} {'and' if sign == '&' else 'or'} {b}"
        return f"{a}{sign}{b}" if node.head in TIGHT else f"{a} {sign} {b}"

    def _compare(self, node: Node) -> str:
        sides = [self.written(p, 5) for p in node.parts]
        out = sides[0]
        for sign, side in zip(node.word, sides[1:], strict=True):
            out += f" {sign} {side}"
        return out

    def _entry(self, node: Node) -> str:
        space = ", " if self.notation == "numpy" else ","
        return (
            f"{self.written(node.parts[0], ATOM)}[{space.join(map(self.written, node.parts[1:]))}]"
        )

    def _slice(self, node: Node) -> str:
        given = iter(node.parts)
        low, high, step = (self.written(next(given)) if has else "" for has in node.word)
        return f"{low}:{high}:{step}" if step else f"{low}:{high}"

    def _arguments(self, parts: tuple[Node, ...], word: Called) -> str:
        plain = len(parts) - len(word.keywords)
        shown = [self.written(p) for p in parts]
        named = [f"{k}={v}" for k, v in zip(word.keywords, shown[plain:], strict=True)]
        return ", ".join([*shown[:plain], *named])

    def _reduction(self, node: Node) -> str:
        word: Over = node.word
        body, *rest = map(self.written, node.parts)
        conditions, ends = rest[: word.conditions], iter(rest[word.conditions :])
        letters = ",".join(
            f"{letter}=0..{next(ends)}" if end else letter
            for letter, end in zip(word.letters, word.ends or [""] * len(word.letters), strict=True)
        )
        under = f"{letters}: {', '.join(conditions)}" if conditions else letters
        return f"{word.name}[{under}]({body})"


def _number(value: float) -> str:
    if isinstance(value, int) or not float(value).is_integer() or abs(value) > 1e15:
        return repr(value)
    return str(int(value))


def is_bracketed(text: str, span: Span) -> bool:
    """Whether brackets of its own, or of a call, stand around a place."""
    before, after = text[: span[0]].rstrip(), text[span[1] :].lstrip()
    return before.endswith("(") and after.startswith(")")
