"""A formula in index form -> the same formula in matrix language, or the reason why there is none.

    w_bar[d] = 2*sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))  =>  w_bar = 2 X^T (X w - y)
    S[n,i,j] = sum[d](Q[n,i,d]*K[n,j,d])                      =>  S[n] = Q[n] K[n]^T, for every n

At most two indices run: they are the rows and the columns. The others are written: as the place of
a slice where they are free, under a sum sign where they are summed. Every step is an equality.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from symnet.notation.index import Index
from symnet.render.formulas.arrange import slot_tree
from symnet.render.formulas.tree import (
    ONE,
    Bracket,
    Call,
    Cases,
    Cell,
    Factors,
    Letter,
    Name,
    Number,
    Reduction,
    Symbol,
    Terms,
    Tree,
    free_in,
)
from symnet.render.formulas.tree import walk as walk_tree
from symnet.render.matrix.product import contract
from symnet.render.matrix.sizes import check_sizes
from symnet.render.matrix.tree import (
    Apply,
    Axis,
    Chosen,
    Compared,
    Diag,
    Diagonal,
    Extreme,
    Eye,
    Function,
    Leaf,
    Matrix,
    NoMatrixForm,
    OneHot,
    Transposed,
    Triangle,
    Written,
    added,
    constant,
    number,
    ones,
    price,
    scaled,
    spread,
    transposed,
    walk,
)

MOST_WRITTEN = 3  # slices of the left side
MOST_SUMS = 2  # written letters of one sum
SLICE, WRITTEN_SUM, NO_AXIS = 3, 6, 20
Powers = list[tuple[Matrix, Fraction]]


@dataclass(frozen=True)
class Converted:
    """left = right in matrix language; `written` are the letters that the left side leaves open."""

    lefts: tuple[Leaf, ...]
    right: Matrix
    written: tuple[Letter, ...]


def converted(lefts: Sequence[Tree], right: Tree) -> Converted:
    """left = ... = right, every letter chosen. Raises NoMatrixForm with the reason."""
    names = [n for n in lefts if isinstance(n, Name)]
    free = tuple(s.index for s in names[0].slots if isinstance(s, Letter))
    order = preferred([names[0], right])
    refused: NoMatrixForm | None = None
    best: tuple[int, Converted] | None = None
    needed: frozenset[Index] = frozenset()
    for count in range(min(MOST_WRITTEN, len(free)) + 1):
        if best is not None and best[0] <= SLICE * count:
            break
        for some in combinations(sorted(free, key=order.__getitem__), count):
            if not needed <= set(some):
                continue
            try:
                made = _attempt(names, right, free, frozenset(some))
            except NoMatrixForm as error:
                needed |= set(error.needs) & set(free)
                refused = refused or error
                continue
            cost = _cost(made, free)
            if best is None or cost < best[0]:
                best = cost, made
    if best is not None:
        return best[1]
    assert refused is not None
    raise refused


def _cost(made: Converted, free: tuple[Index, ...]) -> int:
    """Slices cost less than written sums, and a left side without an axis costs most."""
    sums = sum(len(m.letters) for m in walk(made.right) if isinstance(m, Written))
    bare = bool(free) and len(made.written) == len(free)
    return SLICE * len(made.written) + WRITTEN_SUM * sums + NO_AXIS * bare


def _attempt(
    lefts: Sequence[Name], right: Tree, free: tuple[Index, ...], written: frozenset[Index]
) -> Converted:
    running = [i for i in free if i not in written]
    if len(running) > 2:
        letters = ", ".join(i.letter for i in running)
        raise NoMatrixForm(f"it has more than two axes ({letters})", among=running)
    rows, cols = (*running, None, None)[:2]
    body = _Formula(written, tuple(running)).of(right)
    if written and not any(m.axes for m in walk(body)) and not running:
        raise NoMatrixForm("no axis is left for a vector or a matrix")
    made = tuple(_left(name, written) for name in lefts)
    open_letters = [s for s in lefts[0].slots if isinstance(s, Letter) and s.index in written]
    whole = spread(body, rows, cols)
    check_sizes(whole)
    return Converted(made, whole, tuple(open_letters))


def _left(name: Name, written: frozenset[Index]) -> Leaf:
    slots = tuple(
        None if isinstance(s, Letter) and s.index not in written else s for s in name.slots
    )
    running = [s.index for s in name.slots if isinstance(s, Letter) and s.index not in written]
    rows, cols = (*running, None, None)[:2]
    return Leaf(rows, cols, name.tensor, slots)


def preferred(trees: Iterable[Tree]) -> dict[Index, int]:
    """Which index is written first: a sequential one, a batch of large tensors, a first axis."""
    large: dict[Index, int] = {}
    first: dict[Index, int] = {}
    for n in (t for tree in trees for t in walk_tree(tree) if isinstance(t, Name)):
        for axis, slot in enumerate(n.slots):
            for i in free_in(slot):
                large[i] = large.get(i, 0) + (n.tensor.order > 2)
                first[i] = min(first.get(i, 99), axis)
    known = list(first)
    ranked = sorted(known, key=lambda i: (not i.sequential, -large[i], first[i], known.index(i)))
    return {i: k for k, i in enumerate(ranked)}


def distributed(tree: Reduction) -> Terms | None:
    """sum_i a (b + c) => sum_i a b + sum_i a c, for the first sum among the factors."""
    if tree.kind != "sum" or not isinstance(tree.body, Factors):
        return None
    body = tree.body
    for base, exponent in body.items:
        if isinstance(base, Terms) and exponent == 1:
            rest = tuple(item for item in body.items if item[0] is not base)
            made = []
            for negative, term in base.terms:
                own = term if isinstance(term, Factors) else Factors(ONE, ((term, ONE),))
                if isinstance(term, Number) and not term.decimal:
                    own = Factors(term.value, ())
                product = Factors(body.coefficient * own.coefficient, (*rest, *own.items))
                made.append((negative, replace(tree, body=product)))
            return Terms(tuple(made))
    return None


class _Formula:
    """Trees to matrices, where `written` indices are letters and all others run."""

    def __init__(self, written: frozenset[Index], running: tuple[Index, ...]) -> None:
        self.written = written
        self.rank = {i: k for k, i in enumerate(running)}

    def of(self, tree: Tree) -> Matrix:
        match tree:
            case Number(decimal=False, value=value):
                return number(value)
            case Number() | Symbol():
                return constant(tree)
            case Letter(index=i):
                if i not in self.written:
                    raise NoMatrixForm(f"the index {tree.text} itself is a number", needs=[i])
                return constant(tree)
            case Name():
                return self._name(tree)
            case Terms():
                return self._terms(tree)
            case Factors():
                return self._sum(tree, (), ())
            case Call(function=function, arguments=arguments):
                operands, rows, cols = self._alike([self.of(a) for a in arguments])
                return Apply(rows, cols, function, tuple(operands))
            case Bracket():
                return self._bracket(tree)
            case Reduction(kind="inv" | "det" | "logdet"):
                return self._head(tree)
            case Reduction():
                return self._reduction(tree)
            case Cases():
                parts = [self.of(t) for t in (tree.condition, tree.value, tree.other)]
                made, rows, cols = self._alike(parts)
                return Chosen(rows, cols, *made)
        raise NoMatrixForm(f"{type(tree).__name__} has no matrix form")

    # -- tensors ------------------------------------------------------------------------------

    def _name(self, name: Name) -> Matrix:
        slots: list[Tree | None] = []
        running: list[Index] = []
        lookups: Powers = []
        summed: list[Index] = []
        for axis, slot in zip(name.tensor.indices, name.slots, strict=True):
            open_ = free_in(slot) - self.written
            if not open_:
                slots.append(slot)
                continue
            if isinstance(slot, Letter) and slot.index.extent != axis.extent:
                raise NoMatrixForm(f"{name.tensor.name} is read in part", needs=open_)
            if not isinstance(slot, Letter):
                axis = axis.fresh()
                lookups.append((self._lookup(slot, axis, name), ONE))
                summed.append(axis)
            running.append(slot.index if isinstance(slot, Letter) else axis)
            slots.append(None)
        if len(running) > 2:
            letters = ", ".join(i.letter for i in running)
            among = [i for i in running if i not in summed]
            raise NoMatrixForm(
                f"{name.tensor.name} has more than two axes here ({letters})", among=among
            )
        rows, cols = (*running, None, None)[:2]
        made: Matrix = Leaf(rows, cols, name.tensor, tuple(slots))
        if rows is not None and rows is cols:
            made = Diagonal(rows, None, made)
        return contract([*lookups, (made, ONE)], summed) if lookups else made

    def _lookup(self, slot: Tree, axis: Index, name: Name) -> Matrix:
        """E[t[n], d]: the rows of E are chosen by a one-hot matrix."""
        needed = free_in(slot) - self.written
        whole = isinstance(slot, Name) or (isinstance(slot, Reduction) and slot.kind == "argmax")
        if not whole:
            raise NoMatrixForm(f"{name.tensor.name} is read at shifted places", needs=needed)
        places = self.of(slot)
        if not places.is_column:
            raise NoMatrixForm(f"{name.tensor.name} is read at looked-up places", needs=needed)
        return OneHot(places.rows, axis, places)

    def _head(self, tree: Reduction) -> Matrix:
        if any(b.index in self.written for b in tree.bound):
            raise NoMatrixForm(f"{tree.kind} needs the whole matrix")
        whole = tree.body.matrix if isinstance(tree.body, Cell) else tree.body
        leaf = self.of(whole)
        rows, cols = (b.index for b in tree.bound)
        if isinstance(leaf, Transposed) or not isinstance(leaf, Leaf):
            raise NoMatrixForm(f"{tree.kind} of something that is no matrix")
        if tree.kind != "inv":
            return Function(None, None, tree.kind, leaf)
        assert isinstance(tree.body, Cell)
        at = [s.index if isinstance(s, Letter) else None for s in tree.body.at]
        if None in at or self.written & set(at) or at[0] is at[1]:
            raise NoMatrixForm("the inverse is read at single places")
        made = Function(at[0], at[1], "inv", leaf)
        if (leaf.rows, leaf.cols) == (rows, cols):
            return made
        return transposed(replace(made, rows=at[1], cols=at[0]))

    # -- sums of terms, and what works entry by entry -----------------------------------------

    def _terms(self, tree: Terms) -> Matrix:
        terms, rows, cols = self._alike([self.of(t) for _, t in tree.terms])
        if rows is not None and any(isinstance(m, Eye | Diag) for m in terms):
            terms = [spread(m, rows, cols) for m in terms]
        return added(zip((n for n, _ in tree.terms), terms, strict=True), rows, cols)

    def _alike(self, parts: list[Matrix]) -> tuple[list[Matrix], Axis, Axis]:
        """Everything over the same rows and columns; a scalar stays one."""
        axes: dict[Index, None] = {}
        for m in parts:
            for i in (m.rows, m.cols):
                if i is not None:
                    axes.setdefault(i)
        found = sorted(axes, key=lambda i: self.rank.get(i, 99))
        if len(found) > 2:
            letters = ", ".join(i.letter for i in found)
            raise NoMatrixForm(f"an entry depends on more than two axes ({letters})", among=found)
        if not found:
            return parts, None, None
        if len(found) == 1:
            if any(m.is_matrix for m in parts):
                raise NoMatrixForm("an index stands twice")
            return [m if m.is_scalar else spread(m, found[0], None) for m in parts], found[0], None
        ways = [(found[0], found[1]), (found[1], found[0])]
        made = [[m if m.is_scalar else spread(m, rows, cols) for m in parts] for rows, cols in ways]
        best = 0 if sum(map(price, made[0])) <= sum(map(price, made[1])) else 1
        return made[best], *ways[best]

    def _bracket(self, b: Bracket) -> Matrix:
        if b.on_indices:
            running = free_in(b) - self.written
            if not running:
                return constant(b)
            if any(isinstance(s, Letter) and s.index in running for s in b.sides):
                return self._index_bracket(b, running)
        sides, rows, cols = self._alike([self.of(s) for s in b.sides])
        return Compared(rows, cols, tuple(sides), b.relations)

    def _index_bracket(self, b: Bracket, running: frozenset[Index]) -> Matrix:
        """[i = j] is I, [j <= i] a triangle of ones, [k = t[n]] the one-hot matrix of t."""
        first, last = b.sides[0], b.sides[-1]
        if len(b.relations) == 1 and len(running) == 2:
            if isinstance(first, Letter) and isinstance(last, Letter):
                return self._of_two(first.index, last.index, b.relations[0])
            letter, other = (first, last) if isinstance(first, Letter) else (last, first)
            if b.relations == ("==",) and isinstance(letter, Letter):
                return self._unit_rows(letter.index, other)
        raise NoMatrixForm("a condition on indices", needs=running)

    def _of_two(self, i: Index, j: Index, relation: str) -> Matrix:
        if i.extent != j.extent:
            raise NoMatrixForm("a condition on indices", needs=[i, j])
        if relation == "==":
            return Eye(i, j)
        if relation == "!=":
            return added([(False, ones(i, j)), (True, Eye(i, j))], i, j)
        offset = {"<=": 0, "<": -1}[relation]  # i <= j: rows j, columns i, lower
        if self.rank.get(j, 99) < self.rank.get(i, 99):
            return Triangle(j, i, True, offset, ones(j, i))
        return Triangle(i, j, False, -offset, ones(i, j))

    def _unit_rows(self, letter: Index, other: Tree) -> Matrix:
        places = self.of(other)
        if not places.is_column or places.rows is letter:
            raise NoMatrixForm("a condition on indices", needs=[letter])
        return OneHot(places.rows, letter, places)

    # -- reductions ---------------------------------------------------------------------------

    def _reduction(self, tree: Reduction) -> Matrix:
        """With as few of its letters written as will do."""
        bound = [b.index for b in tree.bound]
        order = preferred([tree.body])
        refused: NoMatrixForm | None = None
        needed: frozenset[Index] = frozenset()
        for count in range(min(MOST_SUMS, len(bound)) + 1):
            for some in combinations(sorted(bound, key=lambda i: order.get(i, 99)), count):
                if not needed <= set(some):
                    continue
                inside = _Formula(self.written | set(some), tuple(self.rank))
                try:
                    if tree.kind == "sum":
                        return inside._sum(tree.body, tree.bound, tree.conditions)
                    return inside._extreme(tree)
                except NoMatrixForm as error:
                    needed |= set(error.needs) & set(bound)
                    refused = refused or error
                    if set(error.needs) - set(bound) - self.written:
                        raise
        assert refused is not None
        if (parts := distributed(tree)) is None:
            raise refused
        return self._terms(parts)

    def _sum(
        self, body: Tree, bound: tuple[Letter, ...], conditions: tuple[Bracket, ...]
    ) -> Matrix:
        """A sum of products; with no bound letters the product itself."""
        coefficient, factors, summed = self._factors(body)
        summed = [*(b.index for b in bound if b.index not in self.written), *summed]
        kept: list[Tree] = []
        for c in conditions:
            if free_in(c) <= self.written:
                kept.append(c)
            else:
                factors.append((self.of(c), ONE))
        for i in list(summed):
            if not any(i in m.axes for m, _ in factors):
                factors.append((self._extent(i), ONE))
                summed.remove(i)
        made = (
            scaled(coefficient, (), contract(factors, summed)) if factors else number(coefficient)
        )
        letters = tuple(b for b in bound if b.index in self.written)
        return Written(made.rows, made.cols, "sum", letters, tuple(kept), made) if letters else made

    def _extent(self, i: Index) -> Matrix:
        return self.of(slot_tree(i.extent))

    def _factors(self, body: Tree) -> tuple[Fraction, Powers, list[Index]]:
        """The factors of a product; an inner sum that is too large alone gives its own factors."""
        if not isinstance(body, Factors):
            body = Factors(ONE, ((body, ONE),))
        coefficient, out, summed = body.coefficient, Powers(), list[Index]()
        for base, exponent in body.items:
            try:
                out.append((self.of(base), exponent))
            except NoMatrixForm:
                if not self._opens(base, exponent):
                    raise
                assert isinstance(base, Reduction)
                c, factors, inner = self._factors(base.body)
                coefficient *= c
                out.extend(factors)
                summed.extend([*(b.index for b in base.bound), *inner])
        return coefficient, out, summed

    def _opens(self, base: Tree, exponent: Fraction) -> bool:
        if not isinstance(base, Reduction) or base.kind != "sum" or base.conditions:
            return False
        return exponent == 1 and not any(b.index in self.written for b in base.bound)

    def _extreme(self, tree: Reduction) -> Matrix:
        """max, prod, argmax: along the rows of a matrix, of all entries of a vector, or written."""
        letters = tuple(b for b in tree.bound if b.index in self.written)
        running = [b.index for b in tree.bound if b.index not in self.written]
        if (letters and running) or (tree.conditions and running):
            raise NoMatrixForm(f"a {tree.kind} over a part of a range", needs=running)
        body = self.of(tree.body)
        if letters:
            return Written(body.rows, body.cols, tree.kind, letters, tree.conditions, body)
        for i in reversed(running):
            body = self._along(tree.kind, body, i)
        return body

    def _along(self, kind: str, body: Matrix, i: Index) -> Matrix:
        if i not in body.axes:
            if kind == "max":
                return body
            raise NoMatrixForm(f"a {kind} over an index that does not occur")
        other = next((x for x in (body.rows, body.cols) if x is not None and x is not i), None)
        return Extreme(other, None, kind, spread(body, other or i, i if other else None))
