"""Tree -> NumPy text of any formula: arrays with named axes, aligned by broadcasting.

    x[n,d]*g[d]              =>  x*g
    r[n]*x[n,d]              =>  r[:, None]*x
    sum[d](Q[n,d]*K[m,d])    =>  Q @ K.T          einsum where it is no matrix product
    [0 <= e < A]*x[n,e]      =>  np.where((0 <= e) & (e < A), x[:, np.clip(e, 0, A - 1)], 0.0)

A loop variable is a number. A bracket that is 0 settles what it guards, as in the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from symnet.notation.index import Index
from symnet.render.formulas.arrange import slot_tree
from symnet.render.formulas.letters import rebuilt
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
    walk,
)
from symnet.render.programs.words import (
    CHOICE,
    CLOSED,
    POWER,
    PRODUCT,
    RELATION,
    SUM,
    Word,
    bound,
    called,
    negated,
    number,
    power,
    quotient,
)

SIGNS = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Axes = tuple[Index, ...]


class NoNumpyForm(Exception):
    """A formula that has no NumPy text here; says why."""


@dataclass(frozen=True)
class Array:
    """A text whose value has these axes, in this order; none stands twice."""

    word: Word
    axes: Axes = ()

    @property
    def text(self) -> str:
        return self.word[0]


@dataclass
class Scene:
    """What a formula stands in.

    `extents`: the text of an extent symbol. `loops`: indices that are loop variables. `bases`: of a
    recurrence its sequential axis and its value before the start, over its indices. `filling`:
    tensors that the loop around fills. `infinite`: tensors whose entries may be infinite.
    """

    extents: Callable[[str], str]
    loops: Mapping[Index, str] = field(default_factory=dict)
    bases: Mapping[str, tuple[int, Axes, Tree]] = field(default_factory=dict)
    filling: frozenset[str] = frozenset()
    infinite: frozenset[str] = frozenset()


def shaped(tree: Tree, axes: Axes, scene: Scene) -> str:
    """The text of an array with exactly these axes."""
    made = Writer(scene, axes).of(tree)
    text = aligned(made, axes)
    if len(made.axes) == len(axes):
        return text[0]
    sizes = [extent_text(i, scene) for i in axes]
    shape = f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
    return f"np.zeros({shape})" if text[0] == "0" else f"np.broadcast_to({text[0]}, {shape})"


def filled(tree: Tree, axes: Axes, scene: Scene) -> str:
    """The text of an array that broadcasts to these axes."""
    return aligned(Writer(scene, axes).of(tree), axes)[0]


def extent_text(i: Index, scene: Scene, level: int = 0) -> str:
    """How far the index runs."""
    return bound(Writer(scene, ()).of(slot_tree(i.extent)).word, level)


def aligned(a: Array, axes: Sequence[Index]) -> Word:
    """The word over `axes`: transposed, with None for an axis that it lacks."""
    order = [i for i in axes if i in a.axes]
    text, level = a.word
    if list(a.axes) != order:
        text = bound(a.word, CLOSED)
        if len(order) == 2:
            text, level = f"{text}.T", CLOSED
        else:
            places = ", ".join(str(a.axes.index(i)) for i in order)
            text, level = f"np.transpose({a.text}, ({places}))", CLOSED
    slots = [":" if i in a.axes else "None" for i in axes]
    while slots and slots[0] == "None":
        slots.pop(0)
    if "None" not in slots:
        return text, level
    while slots[-1] == ":":
        slots.pop()
    return f"{bound((text, level), CLOSED)}[{', '.join(slots)}]", CLOSED


def substituted(tree: Tree, mapping: Mapping[Index, Tree]) -> Tree:
    """The tree with trees in the place of indices."""
    if isinstance(tree, Letter):
        return mapping.get(tree.index, tree)
    return rebuilt(tree, lambda child: substituted(child, mapping))


class Writer:
    """Trees to arrays; `axes` come first in the order of axes."""

    def __init__(self, scene: Scene, axes: Axes) -> None:
        self.scene = scene
        self.rank: dict[Index, int] = {i: k for k, i in enumerate(axes)}

    def ordered(self, axes: Iterable[Index]) -> Axes:
        single = dict.fromkeys(axes)
        for i in single:
            self.rank.setdefault(i, len(self.rank))
        return tuple(sorted(single, key=lambda i: self.rank[i]))

    def of(self, tree: Tree) -> Array:
        match tree:
            case Number(value=value, decimal=decimal):
                return Array(number(value, decimal))
            case Symbol(name=name):
                known = {"pi": "np.pi", "inf": "np.inf"}
                return Array((known.get(name) or self.scene.extents(name), CLOSED))
            case Letter(index=i):
                if i in self.scene.loops:
                    return Array((self.scene.loops[i], CLOSED))
                self.ordered((i,))
                return Array((f"np.arange({extent_text(i, self.scene)})", CLOSED), (i,))
            case Name():
                return self._name(tree)
            case Terms():
                return self._terms(tree)
            case Factors():
                return self._product(tree.coefficient, tree.items)
            case Call(function=function, arguments=arguments):
                words, axes = self.together([self.of(a) for a in arguments])
                return Array(called(function, words), axes)
            case Bracket():
                return self._masked([tree], Array(("1.0", CLOSED)))
            case Cases():
                return self._cases(tree)
            case Reduction(kind="sum"):
                return self._sum(tree)
            case Reduction(kind="inv" | "det" | "logdet"):
                return self._head(tree)
            case Reduction():
                return self._extreme(tree)
        raise NoNumpyForm(f"{type(tree).__name__} has no NumPy text")

    def together(self, arrays: Sequence[Array]) -> tuple[list[Word], Axes]:
        """The words of arrays that broadcast against one another."""
        axes = self.ordered(i for a in arrays for i in a.axes)
        return [aligned(a, axes) for a in arrays], axes

    # -- sums of terms, products, brackets, cases -----------------------------------------------

    def _terms(self, tree: Terms) -> Array:
        words, axes = self.together([self.of(t) for _, t in tree.terms])
        out = ""
        for k, ((negative, _), word) in enumerate(zip(tree.terms, words, strict=True)):
            if not k:
                out = negated(word)[0] if negative else bound(word, SUM)
            else:
                out += f" {'-' if negative else '+'} {bound(word, PRODUCT)}"
        return Array((out, SUM), axes)

    def _product(self, coefficient: Fraction, items: tuple[tuple[Tree, Fraction], ...]) -> Array:
        masks = [b for b, x in items if isinstance(b, Bracket) and x > 0]
        rest = [(b, x) for b, x in items if b not in masks]
        return self._masked(masks, self._quotient(coefficient, rest))

    def _quotient(self, c: Fraction, items: Sequence[tuple[Tree, Fraction]]) -> Array:
        if c == 1 and len(items) == 1 and items[0][1] == 1:
            return self.of(items[0][0])
        words, axes = self.together([self.of(b) for b, _ in items])
        above = [str(c.numerator)] if c.numerator != 1 else []
        below = [str(c.denominator)] if c.denominator != 1 else []
        for word, (_, x) in zip(words, items, strict=True):
            (above if x > 0 else below).append(bound(power(word, abs(x)), POWER))
        if not items and c == 1:
            return Array(("1.0", CLOSED))
        return Array(quotient(above, below), axes)

    def _masked(self, masks: Sequence[Bracket], value: Array) -> Array:
        return self._chosen(masks, value, Array(("0.0", CLOSED)))

    def _chosen(self, masks: Sequence[Tree], value: Array, other: Array) -> Array:
        """value where all masks hold; a condition on loop variables alone is Python's own."""
        tests = [self._test(m) for m in masks]
        arrays = [t for t in tests if t.axes]
        if arrays:
            words, axes = self.together([*arrays, value, other])
            *conditions, a, b = words
            test = conditions[0][0]
            if len(conditions) > 1:
                test = " & ".join(bound(w, POWER) for w in conditions)
            value = Array((f"np.where({test}, {a[0]}, {b[0]})", CLOSED), axes)
        single = [t for t in tests if not t.axes]
        if not single:
            return value
        test = " and ".join(bound(t.word, RELATION) for t in single)
        if not value.axes and not other.axes:
            return Array((f"{bound(value.word, SUM)} if {test} else {other.text}", CHOICE))
        axes = self.ordered((*value.axes, *other.axes))
        a, b = (self._whole(x, axes) for x in (value, other))
        return Array((f"{bound(a, SUM)} if {test} else {bound(b, SUM)}", CHOICE), axes)

    def _whole(self, a: Array, axes: Axes) -> Word:
        """Of this shape even where it is constant: the other branch may be."""
        if len(a.axes) == len(axes):
            return aligned(a, axes)
        sizes = [extent_text(i, self.scene) for i in axes]
        shape = f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
        if a.text in ("0", "0.0"):
            return f"np.zeros({shape})", CLOSED
        return f"np.broadcast_to({aligned(a, axes)[0]}, {shape})", CLOSED

    def _test(self, tree: Tree) -> Array:
        """A condition: the relation of a bracket, or whether a value is not 0."""
        if not isinstance(tree, Bracket):
            made = self.of(tree)
            return Array((f"{bound(made.word, SUM)} != 0", RELATION), made.axes)
        words, axes = self.together([self.of(s) for s in tree.sides])
        texts = [bound(w, SUM) for w in words]
        if not axes:
            chain = texts[0]
            for sign, side in zip(tree.relations, texts[1:], strict=True):
                chain += f" {sign} {side}"
            return Array((chain, RELATION))
        single = [
            f"{a} {sign} {b}" for a, sign, b in zip(texts, tree.relations, texts[1:], strict=False)
        ]
        if len(single) == 1:
            return Array((single[0], RELATION), axes)
        return Array((" & ".join(f"({s})" for s in single), RELATION), axes)

    def _cases(self, tree: Cases) -> Array:
        condition = tree.condition
        masks: tuple[Tree, ...] = (condition,)
        if isinstance(condition, Factors) and condition.coefficient == 1:
            bases = tuple(b for b, _ in condition.items)
            if all(isinstance(b, Bracket) for b in bases):
                masks = bases
        return self._chosen(masks, self.of(tree.value), self.of(tree.other))

    # -- reads ---------------------------------------------------------------------------------

    def _name(self, name: Name) -> Array:
        base = self.scene.bases.get(name.tensor.name)
        if base is None:
            return self._read(name)
        axis, axes, before = base
        slot = name.slots[axis]
        if isinstance(slot, Letter | Number) or self._in_range(slot, axes[axis])[0]:
            return self._read(name)
        value = self.of(substituted(before, dict(zip(axes, name.slots, strict=True))))
        test = Bracket((Number(Fraction(0)), slot), ("<=",), True)
        return self._chosen([test], self._read(name), value)

    def _read(self, name: Name) -> Array:
        """The entries of a tensor at the slots."""
        made = [self.of(s) for s in name.slots]
        if name.tensor.name in self.scene.filling:
            self._check_filling(name, made)
        return self._entries(name.tensor.name, name.slots, made, name.tensor.indices)

    def _entries(
        self, text: str, slots: Sequence[Tree], made: Sequence[Array], axes: Sequence[Index]
    ) -> Array:
        """The entries of `text` at the slots: numbers first, then whole axes and places."""
        whole = [
            isinstance(s, Letter) and bool(a.axes) and s.index.extent == axis.extent
            for s, a, axis in zip(slots, made, axes, strict=True)
        ]
        fixed = [not a.axes for a in made]
        if any(fixed):
            inside = [a.text if f else ":" for a, f in zip(made, fixed, strict=True)]
            while inside[-1] == ":":
                inside.pop()
            text += f"[{', '.join(inside)}]"
        left = [k for k, f in enumerate(fixed) if not f]
        letters = [i for k in left if whole[k] for i in made[k].axes]
        single = len(set(letters)) == len(letters)
        if all(whole[k] for k in left):
            return Array((text, CLOSED), tuple(letters)) if single else _diagonal(text, letters)
        places = {k: self._place(slots[k], made[k], axes[k]) for k in left if not whole[k]}
        looked = list(places)
        if len(looked) == 1 and single and not set(made[looked[0]].axes) & set(letters):
            inside = [":" if whole[k] else places[k].text for k in left]
            while inside[-1] == ":":
                inside.pop()
            found = tuple(i for k in left for i in made[k].axes)
            return Array((f"{text}[{', '.join(inside)}]", CLOSED), found)
        words, found = self.together([places.get(k) or made[k] for k in left])
        return Array((f"{text}[{', '.join(w[0] for w in words)}]", CLOSED), found)

    def _check_filling(self, name: Name, made: Sequence[Array]) -> None:
        for slot, array, axis in zip(name.slots, made, name.tensor.indices, strict=True):
            if axis.sequential and array.axes and not isinstance(slot, Letter):
                raise NoNumpyForm(f"{name.tensor.name} is read at many places while it is filled")

    def _place(self, slot: Tree, a: Array, axis: Index) -> Array:
        """A looked-up place; one that may lie outside, where a bracket guards it, is moved in."""
        if all(self._in_range(slot, axis)):
            return a
        last = f"{extent_text(axis, self.scene, SUM)} - 1"
        return Array((f"np.clip({a.text}, 0, {last})", CLOSED), a.axes)

    def _in_range(self, slot: Tree, axis: Index) -> tuple[bool, bool]:
        """Whether the slot is certainly not below 0, and certainly not beyond the end."""
        size = axis.extent
        if isinstance(slot, Name):
            fits = slot.tensor.below is not None and (size - slot.tensor.below).is_nonnegative
            return True, bool(fits)
        if isinstance(slot, Reduction) and slot.kind == "argmax":
            return True, bool((size - slot.bound[0].index.extent).is_nonnegative)
        ends = _ends(slot)
        if ends is None:
            return False, False
        low, high = ends
        return bool(low.is_nonnegative), bool(sympy.expand(size - 1 - high).is_nonnegative)

    # -- reductions ----------------------------------------------------------------------------

    def _sum(self, tree: Reduction) -> Array:
        body = tree.body if isinstance(tree.body, Factors) else Factors(ONE, ((tree.body, ONE),))
        masks = [*tree.conditions, *(b for b, x in body.items if isinstance(b, Bracket) and x > 0)]
        items = [(b, x) for b, x in body.items if not (isinstance(b, Bracket) and x > 0)]
        over = tuple(b.index for b in tree.bound)
        inside = Writer(self.scene, ())  # in the order in which the operands have their axes
        total = all(_is_total(b, x, self.scene.infinite) for b, x in items)
        tests = [inside._test(m) for m in masks]
        outer = [m for m, t in zip(masks, tests, strict=True) if not t.axes]
        inner = [m for m, t in zip(masks, tests, strict=True) if t.axes]
        if inner and not total:
            whole = inside._masked(inner, inside._quotient(body.coefficient, items))
            made = self._summed(whole, over)
        else:
            factors = [(inside.of(b), x) for b, x in items]
            arrays = [t for t in tests if t.axes]
            made = self._contracted(body.coefficient, factors, arrays, over)
        return self._masked(outer, made) if outer else made

    def _contracted(
        self,
        c: Fraction,
        items: Sequence[tuple[Array, Fraction]],
        masks: Sequence[Array],
        over: Axes,
    ) -> Array:
        """A sum of a product: a plain sum, a matrix product or an einsum."""
        operands: list[Array] = []
        scalars: list[tuple[str, bool]] = []
        for made, x in items:
            if not made.axes:
                scalars.append((bound(power(made.word, abs(x)), POWER), x > 0))
            elif x > 0:
                operands.append(Array(power(made.word, x), made.axes))
            else:
                below = bound(power(made.word, -x), POWER)
                operands.append(Array((f"1/{below}", PRODUCT), made.axes))
        if not operands and masks:  # einsum would give True for a sum of True
            counted = f"np.where({masks[0].text}, 1.0, 0.0)"
            masks = [Array((counted, CLOSED), masks[0].axes), *masks[1:]]
        operands.extend(masks)
        for i in over:
            if not any(i in a.axes for a in operands):
                scalars.append((extent_text(i, self.scene, POWER), True))
        left = tuple(i for i in over if any(i in a.axes for a in operands))
        above = [str(c.numerator)] if c.numerator != 1 else []
        below_ = [str(c.denominator)] if c.denominator != 1 else []
        for text, up in scalars:
            (above if up else below_).append(text)
        if not operands:
            return Array(quotient(above, below_) if above or below_ else ("1.0", CLOSED))
        if len(operands) == 1:
            core = self._summed(operands[0], left)
        else:
            core = self._matmul(operands, left) or self._einsum(operands, left)
        if not above and not below_:
            return core
        return Array(quotient([*above, bound(core.word, POWER)], below_), core.axes)

    def _summed(self, a: Array, over: Axes) -> Array:
        inside = [i for i in over if i in a.axes]
        outside = [i for i in over if i not in a.axes]
        word, axes = a.word, a.axes
        if inside:
            axes = tuple(i for i in a.axes if i not in inside)
            where = ", ".join(str(k) for k, i in enumerate(a.axes) if i in inside)
            if axes:
                where = where if len(inside) == 1 else f"({where})"
                word = (f"np.sum({a.text}, axis={where})", CLOSED)
            else:
                word = (f"np.sum({a.text})", CLOSED)
        for i in outside:
            size = extent_text(i, self.scene, POWER)
            word = (f"{size}*{bound(word, POWER)}", PRODUCT)
        return Array(word, axes)

    def _matmul(self, operands: Sequence[Array], over: Axes) -> Array | None:
        if len(operands) != 2 or len(over) != 1 or any(len(a.axes) > 2 for a in operands):
            return None
        k = over[0]
        if not all(k in a.axes for a in operands):
            return None
        others = [[i for i in a.axes if i is not k] for a in operands]
        if others[0] == others[1] and others[0]:
            return None
        wanted = self.ordered((*others[0], *others[1]))
        left, right = operands
        if (*others[0], *others[1]) != wanted:
            left, right, others = right, left, others[::-1]
        a = aligned(left, (*others[0], k))
        b = aligned(right, (k, *others[1]))
        return Array((f"{bound(a, POWER)} @ {bound(b, POWER)}", PRODUCT), wanted)

    def _einsum(self, operands: Sequence[Array], over: Axes) -> Array:
        seen = dict.fromkeys(i for a in operands for i in a.axes)
        letters = _spelled(list(seen))
        axes = self.ordered(i for i in seen if i not in over)
        spelled = ",".join("".join(letters[i] for i in a.axes) for a in operands)
        out = "".join(letters[i] for i in axes)
        texts = ", ".join(a.text for a in operands)
        return Array((f"np.einsum('{spelled}->{out}', {texts})", CLOSED), axes)

    def _extreme(self, tree: Reduction) -> Array:
        body = self.of(tree.body)
        if tree.conditions:
            low = Array(("-np.inf", CLOSED))
            body = self._chosen(tree.conditions, body, low)
        for b in reversed(tree.bound):
            body = self._along(tree.kind, body, b.index)
        return body

    def _along(self, kind: str, body: Array, i: Index) -> Array:
        if i in body.axes:
            axes = tuple(x for x in body.axes if x is not i)
            where = f", axis={body.axes.index(i)}" if axes else ""
            return Array((f"np.{kind}({body.text}{where})", CLOSED), axes)
        if kind == "max":
            return body
        if kind == "argmax":
            return Array(("0", CLOSED))
        size = extent_text(i, self.scene, POWER)
        return Array((f"{bound(body.word, CLOSED)}**{size}", POWER), body.axes)

    def _head(self, tree: Reduction) -> Array:
        whole = tree.body.matrix if isinstance(tree.body, Cell) else tree.body
        made = self.of(whole)
        pair = tuple(b.index for b in tree.bound)
        batch = tuple(i for i in made.axes if i not in pair)
        text = aligned(made, (*batch, *pair))[0]
        if tree.kind == "det":
            return Array((f"np.linalg.det({text})", CLOSED), batch)
        if tree.kind == "logdet":
            return Array((f"np.linalg.slogdet({text})[1]", CLOSED), batch)
        assert isinstance(tree.body, Cell)
        slots: list[Tree] = [*map(Letter, batch), *tree.body.at]
        at = [self.of(slot) for slot in slots]
        return self._entries(f"np.linalg.inv({text})", slots, at, (*batch, *pair))


def _diagonal(text: str, letters: Sequence[Index]) -> Array:
    """X[i,i] and the like."""
    single = list(dict.fromkeys(letters))
    spelled = "".join(LETTERS[single.index(i)] for i in letters)
    out = LETTERS[: len(single)]
    return Array((f"np.einsum('{spelled}->{out}', {text})", CLOSED), tuple(single))


def _spelled(indices: Sequence[Index]) -> dict[Index, str]:
    """A letter of einsum for each index, its own where it can be."""
    out: dict[Index, str] = {}
    for i in indices:
        own = i.letter if len(i.letter) == 1 and i.letter in LETTERS else ""
        free = [x for x in (own, *LETTERS, *LETTERS.upper()) if x and x not in out.values()]
        out[i] = free[0]
    return out


def _ends(slot: Tree) -> tuple[Any, Any] | None:
    """Smallest and largest value of an affine slot over the ranges of its indices."""
    match slot:
        case Number(value=value):
            number_ = sympy.Rational(value.numerator, value.denominator)
            return number_, number_
        case Symbol(name=name):
            symbol = sympy.Symbol(name, integer=True, positive=True)
            return symbol, symbol
        case Letter(index=i):
            return sympy.S.Zero, i.extent - 1
        case Factors(coefficient=c, items=((base, exponent),)) if exponent == 1:
            inner = _ends(base)
            times = sympy.Rational(c.numerator, c.denominator)
            return None if inner is None else (times * inner[0], times * inner[1])
        case Terms(terms=terms):
            low = high = sympy.S.Zero
            for negative, term in terms:
                found = _ends(term)
                if found is None:
                    return None
                low, high = (
                    (low - found[1], high - found[0])
                    if negative
                    else (low + found[0], high + found[1])
                )
            return sympy.expand(low), sympy.expand(high)
    return None


def _is_total(base: Tree, exponent: Fraction, infinite: frozenset[str]) -> bool:
    """Whether the factor is a finite number wherever it is read."""
    if exponent < 0 or exponent.denominator != 1:
        return False
    for node in walk(base):
        if isinstance(node, Name) and node.tensor.name in infinite:
            return False
        if isinstance(node, Call) and node.function == "log":
            return False
        if isinstance(node, Factors) and any(
            (x < 0 and any(isinstance(n, Name | Letter) for n in walk(b))) or x.denominator != 1
            for b, x in node.items
        ):
            return False
        if isinstance(node, Symbol) and node.name == "inf":
            return False
    return True
