"""A formula with its parents: where an edit can be made, and the formula after it.

Tree(a*b + c).replaced(b, d)  =>  a*d + c, which shares a and c
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symnet.verify.slips.node import Called, Node

EXPRESSIONS = frozenset(
    {
        *("name", "number", "+", "-", "*", "/", "@", "**", "neg", "call", "method", "attribute"),
        *("entry", "reduce", "compare", "list", "~", "&", "|"),
    }
)
# Keywords and positions of arguments that say where or how, and are no numbers of the formula.
STRUCTURAL_KEYWORDS = frozenset(
    {"axis", "axes", "keepdims", "ddof", "k", "shape", "n", "dtype", "offset", "stride", "padding"}
)
ALL_ARRAYS = frozenset(
    {
        *("maximum", "minimum", "where", "outer", "dot", "inner", "vdot", "matmul", "kron"),
        *("cross", "add", "subtract", "multiply", "divide", "solve", "delta", "power", "clip"),
        *("logaddexp", "tensordot", "fmax", "fmin", "max", "min", "einsum"),
    }
)
LINEAR = frozenset(
    {
        *("sum", "mean", "average", "dot", "outer", "inner", "matmul", "einsum", "trace", "diag"),
        *("transpose", "reshape", "ravel", "flatten", "squeeze", "swapaxes", "expand_dims", "tril"),
        *("triu", "kron", "cross", "multiply", "tensordot", "repeat", "tile", "flip", "roll"),
        *("diff", "cumsum", "vdot", "moveaxis", "diagonal", "pad", "broadcast_to", "detach"),
    }
)


@dataclass(frozen=True)
class Site:
    """A node with its first parent (None at the root) and the letters bound around it."""

    node: Node
    parent: Node | None
    slot: int
    letters: tuple[str, ...]
    structural: bool
    in_condition: bool = False
    in_function: bool = False


def is_structural(parent: Node, slot: int, notation: str) -> bool:
    """Whether this part of the parent says where or how: a slot, an axis, a shape."""
    head = parent.head
    if head in ("entry", "slice"):
        return head == "slice" or slot > 0 or notation == "index"
    if head in ("call", "method"):
        word: Called = parent.word
        plain = len(parent.parts) - len(word.keywords)
        if slot >= plain:
            return word.keywords[slot - plain] in STRUCTURAL_KEYWORDS
        if head == "call" and word.name in ALL_ARRAYS:
            return parent.parts[slot].head == "text"
        return slot > 0 or word.name in ("eye", "ones", "zeros", "arange", "tri", "identity")
    return head == "reduce" and slot > parent.word.conditions


def is_condition(parent: Node, slot: int) -> bool:
    """Whether this part decides between cases."""
    if parent.head == "compare":
        return True
    if parent.head == "reduce":
        return 0 < slot <= parent.word.conditions
    return parent.head == "call" and parent.word.name == "where" and slot == 0


def is_function(parent: Node) -> bool:
    """Whether its parts are arguments of a function that is not linear."""
    return parent.head == "call" and parent.word.name not in LINEAR


def commutes(parent: Node, slot: int) -> bool:
    """Whether a factor of the part is a factor of the parent."""
    head = parent.head
    if head in ("*", "@", "neg"):
        return True
    if head == "/":
        return slot == 0
    if head == "attribute":
        return True
    if head == "entry":
        return slot == 0
    if head == "reduce":
        return slot == 0 and parent.word.name in ("sum", "mean")
    if head in ("call", "method"):
        return parent.word.name in LINEAR
    return head in ("definition", "each")


@dataclass
class Tree:
    """The formula; `sites` lists every node once, outer ones first."""

    root: Node
    notation: str
    sites: list[Site] = field(init=False)
    parents: dict[Node, list[Node]] = field(init=False)
    conditions: set[Node] = field(init=False)

    def __post_init__(self) -> None:
        self.sites, self.parents = [], {}
        self._enter(Site(self.root, None, 0, (), False))
        self.conditions = {s.node for s in self.sites if s.in_condition}

    def _enter(self, first: Site) -> None:
        stack = [first]
        while stack:
            site = stack.pop()
            node = site.node
            if node in self.parents:
                if site.parent is not None:
                    self.parents[node].append(site.parent)
                continue
            self.parents[node] = [] if site.parent is None else [site.parent]
            self.sites.append(site)
            inside = []
            for slot, part in enumerate(node.parts):
                letters = site.letters
                if node.head == "reduce":
                    letters = (*letters, *node.word.letters)
                elif node.head == "definition":
                    letters = node.word
                elif node.head == "recurrence":
                    letters = node.word[1]
                structural = is_structural(node, slot, self.notation) or (
                    site.structural and node.head != "name"
                )
                condition = site.in_condition or is_condition(node, slot)
                function = site.in_function or is_function(node)
                inside.append(Site(part, node, slot, letters, structural, condition, function))
            stack.extend(reversed(inside))

    def replaced(self, old: Node, new: Node) -> Node:
        """The root with one node put for another, everywhere."""
        affected: set[Node] = set()
        stack = [old]
        while stack:
            node = stack.pop()
            if node not in affected:
                affected.add(node)
                stack.extend(self.parents.get(node, ()))
        made = {old: new}

        def build(node: Node) -> Node:
            if node not in affected:
                return node
            if node not in made:
                made[node] = node.with_parts(tuple(map(build, node.parts)))
            return made[node]

        return build(self.root)

    def expressions(self) -> Iterator[Site]:
        """Sites of numbers and arrays, not of slots and axes."""
        for site in self.sites:
            if site.node.head not in EXPRESSIONS or site.structural:
                continue
            yield site

    def products(self) -> Iterator[Site]:
        """Sites that are whole terms: no factor of theirs belongs to a longer product."""
        for site in self.expressions():
            parent = site.parent
            if site.in_condition:
                continue
            if parent is not None and (commutes(parent, site.slot) or parent.head == "name"):
                continue
            if parent is not None and parent.head == "**" and site.slot == 1:
                continue
            yield site
