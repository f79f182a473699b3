"""What is printed, before it is text or LaTeX: a formula as a small tree of frozen values.

    Terms (a - b)    Factors (2 a b / c)    Reduction (sum over j of ...)    Name (x at slots) ...

A tree is made by arrange.py (shape), order.py (order), letters.py (letters); plain.py and
typeset.py print it. Exponents and coefficients are exact; a coefficient is never negative:
signs live in Terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symnet.notation.index import Index
from symnet.notation.tensor import Tensor


@dataclass(frozen=True)
class Tree:
    """A node; the subclasses below are the closed set of what can be printed."""

    @property
    def children(self) -> tuple[Tree, ...]:
        """The trees directly inside, in the order in which they are read."""
        return ()


@dataclass(frozen=True)
class Number(Tree):
    """A number >= 0, as a decimal (0.1) or as a fraction (1/10)."""

    value: Fraction
    decimal: bool = False


@dataclass(frozen=True)
class Symbol(Tree):
    """An extent (N), `pi` or `inf`."""

    name: str


@dataclass(frozen=True)
class Letter(Tree):
    """An index; `text` is the letter chosen for it, empty before letters are chosen."""

    index: Index
    text: str = ""


@dataclass(frozen=True)
class Name(Tree):
    """An entry of a tensor: x[n, 2*u+p-1]."""

    tensor: Tensor
    slots: tuple[Tree, ...]

    @property
    def children(self) -> tuple[Tree, ...]:
        return self.slots


@dataclass(frozen=True)
class Terms(Tree):
    """A sum of signed terms (negative, term); `tight` is set without spaces, as in a slot."""

    terms: tuple[tuple[bool, Tree], ...]
    tight: bool = False

    @property
    def children(self) -> tuple[Tree, ...]:
        return tuple(t for _, t in self.terms)


@dataclass(frozen=True)
class Factors(Tree):
    """coefficient * product of base^exponent; negative exponents stand below the fraction bar."""

    coefficient: Fraction
    items: tuple[tuple[Tree, Fraction], ...]

    @property
    def children(self) -> tuple[Tree, ...]:
        return tuple(t for t, _ in self.items)


@dataclass(frozen=True)
class Call(Tree):
    """A scalar function of its arguments."""

    function: str
    arguments: tuple[Tree, ...]

    @property
    def children(self) -> tuple[Tree, ...]:
        return self.arguments


@dataclass(frozen=True)
class Bracket(Tree):
    """An Iverson bracket, also a chain: [0 <= e < K] has three sides and two relations."""

    sides: tuple[Tree, ...]
    relations: tuple[str, ...]
    on_indices: bool

    @property
    def children(self) -> tuple[Tree, ...]:
        return self.sides


@dataclass(frozen=True)
class Reduction(Tree):
    """sum, prod, max or argmax over bound letters, where the conditions on them hold.

    Also inv, det or logdet of a matrix, whose rows and columns the two letters are, in this order.
    """

    kind: str
    bound: tuple[Letter, ...]
    conditions: tuple[Bracket, ...]
    body: Tree

    @property
    def children(self) -> tuple[Tree, ...]:
        return (*self.bound, *self.conditions, self.body)


@dataclass(frozen=True)
class Cell(Tree):
    """What an inverse binds: the matrix, and the row and the column at which it is read."""

    matrix: Tree
    at: tuple[Tree, Tree]

    @property
    def children(self) -> tuple[Tree, ...]:
        return (self.matrix, *self.at)


@dataclass(frozen=True)
class Cases(Tree):
    """`value` where the condition holds, else `other`."""

    condition: Tree
    value: Tree
    other: Tree

    @property
    def children(self) -> tuple[Tree, ...]:
        return (self.condition, self.value, self.other)


Items = dict[Tree, Fraction]  # the factors of a product: base -> exponent
ONE = Fraction(1)
HALF = Fraction(1, 2)


def walk(tree: Tree) -> Iterator[Tree]:
    """The tree and everything inside it, outermost first."""
    yield tree
    for child in tree.children:
        yield from walk(child)


def free_in(tree: Tree) -> frozenset[Index]:
    """The indices that occur outside of every reduction that binds them."""
    if isinstance(tree, Letter):
        return frozenset((tree.index,))
    found: frozenset[Index] = frozenset().union(*map(free_in, tree.children))
    if isinstance(tree, Reduction):
        found -= {letter.index for letter in tree.bound}
    return found


def signed(tree: Tree) -> tuple[bool, Tree]:
    """(True, x) for the tree of -x, else (False, tree)."""
    if isinstance(tree, Terms) and len(tree.terms) == 1:
        return tree.terms[0]
    return False, tree


def negated(tree: Tree) -> Tree:
    """The tree of -x."""
    negative, inner = signed(tree)
    return inner if negative else Terms(((True, inner),))
