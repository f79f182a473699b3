"""Matrix tree -> NumPy text, where vectors are arrays of one axis: 2*(X.T @ (X @ w - y)).

X W + 1 b   =>  X @ W + b            diag(r) A   =>  r[:, None]*A
1^T G       =>  np.sum(G, axis=0)    u v^T       =>  u[:, None]*v
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symnet.render.matrix.tree import (
    Added,
    Apply,
    Chosen,
    Compared,
    Constant,
    Diag,
    Diagonal,
    Extreme,
    Eye,
    Function,
    Hadamard,
    Leaf,
    Matrix,
    Norm,
    OneHot,
    Ones,
    Powers,
    Scaled,
    Times,
    Trace,
    Transposed,
    Triangle,
    price,
    transposed,
)
from symnet.render.programs.array import NoNumpyForm, Scene, Writer, extent_text
from symnet.render.programs.words import (
    CLOSED,
    POWER,
    PRODUCT,
    RELATION,
    SUM,
    Word,
    bound,
    called,
    negated,
    power,
    quotient,
)

TWO = Fraction(2)


@dataclass(frozen=True)
class Value:
    """A text whose value varies along the rows, along the columns, or is the same along one."""

    word: Word
    rows: bool = False
    cols: bool = False

    @property
    def text(self) -> str:
        return self.word[0]


def matrix_numpy(m: Matrix, scene: Scene) -> str:
    """The text of an array of the shape of m. Raises NoNumpyForm for what it does not hold."""
    return _whole(m, scene).text


def _whole(m: Matrix, scene: Scene) -> Value:
    """The value, repeated along an axis where it is the same."""
    made = _value(m, scene)
    wanted = (m.rows is not None, m.cols is not None)
    if (made.rows, made.cols) == wanted:
        return made
    sizes = [extent_text(i, scene) for i in (m.rows, m.cols) if i is not None]
    shape = f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
    if made.text == "1.0":
        return Value((f"np.ones({shape})", CLOSED), *wanted)
    text = _beside(made, *wanted)[0]
    return Value((f"np.broadcast_to({text}, {shape})", CLOSED), *wanted)


def _beside(v: Value, rows: bool, cols: bool) -> Word:
    """The word where the result has these axes."""
    if v.rows and not v.cols and cols:
        return f"{bound(v.word, CLOSED)}[:, None]", CLOSED
    return v.word


def _alike(parts: Sequence[Matrix], scene: Scene) -> tuple[list[Word], bool, bool]:
    made = [_value(m, scene) for m in parts]
    rows, cols = any(v.rows for v in made), any(v.cols for v in made)
    return [_beside(v, rows, cols) for v in made], rows, cols


def _value(m: Matrix, scene: Scene) -> Value:
    match m:
        case Leaf():
            return _leaf(m, scene)
        case Ones():
            return Value(("1.0", CLOSED))
        case Eye(rows=rows) if rows is not None:
            return Value((f"np.eye({extent_text(rows, scene)})", CLOSED), True, True)
        case Constant(tree=tree):
            return Value(Writer(scene, ()).of(tree).word)
        case Transposed(body=body):
            return _turned(_value(body, scene))
        case Times(items=items):
            turned = transposed(m)
            if isinstance(turned, Times) and not m.is_matrix and price(turned) < price(m):
                return _turned(_times(turned.items, scene))
            return _times(items, scene)
        case Scaled():
            return _scaled(m, scene)
        case Hadamard(items=items):
            return _entrywise(items, scene)
        case Added():
            return _added(m, scene)
        case Apply(function=function, arguments=arguments):
            words, *axes = _alike(arguments, scene)
            return Value(called(function, words), *axes)
        case Compared():
            test = _test(m, scene)
            return Value((f"np.where({test.text}, 1.0, 0.0)", CLOSED), test.rows, test.cols)
        case Chosen():
            return _chosen(m, scene)
        case Diag(body=body):
            return Value((f"np.diag({_whole(body, scene).text})", CLOSED), True, True)
        case Diagonal(body=body):
            return Value((f"np.diagonal({_whole(body, scene).text})", CLOSED), True)
        case Trace(body=body):
            return Value((f"np.trace({_whole(body, scene).text})", CLOSED))
        case Norm(body=body):
            return Value((f"np.linalg.norm({_whole(body, scene).text})", CLOSED))
        case Extreme(kind=kind, body=body):
            text = _whole(body, scene).text
            where = ", axis=1" if body.is_matrix else ""
            return Value((f"np.{kind}({text}{where})", CLOSED), body.is_matrix)
        case Triangle(lower=lower, offset=offset, body=body):
            more = f", {offset}" if offset else ""
            text = f"np.tri{'l' if lower else 'u'}({_whole(body, scene).text}{more})"
            return Value((text, CLOSED), True, True)
        case OneHot():
            return _one_hot(m, scene)
        case Function(kind=kind, body=body):
            text = _leaf(body, scene).text
            if kind == "inv":
                return Value((f"np.linalg.inv({text})", CLOSED), True, True)
            found = f"np.linalg.det({text})" if kind == "det" else f"np.linalg.slogdet({text})[1]"
            return Value((found, CLOSED))
    raise NoNumpyForm(f"{type(m).__name__} has no NumPy text")


def _leaf(m: Leaf, scene: Scene) -> Value:
    slots = [":" if s is None else Writer(scene, ()).of(s).text for s in m.slots]
    while slots and slots[-1] == ":":
        slots.pop()
    text = f"{m.tensor.name}[{', '.join(slots)}]" if slots else m.tensor.name
    if m.is_matrix and m.flipped:
        text = f"{text}.T"
    return Value((text, CLOSED), m.rows is not None, m.cols is not None)


def _turned(v: Value) -> Value:
    if v.rows and v.cols:
        return Value((f"{bound(v.word, CLOSED)}.T", CLOSED), True, True)
    return Value(v.word, v.cols, v.rows)


def _one_hot(m: OneHot, scene: Scene) -> Value:
    """np.eye(K)[t]: the places are whole numbers below K, or the row of one would be missing."""
    below = m.places.tensor.below if isinstance(m.places, Leaf) else None
    if isinstance(m.places, Extreme):
        below = m.places.body.cols.extent if m.places.body.cols is not None else None
    if m.cols is None or below != m.cols.extent:
        raise NoNumpyForm("a place may lie outside of the range")
    places = _whole(m.places, scene).text
    return Value((f"np.eye({extent_text(m.cols, scene)})[{places}]", CLOSED), True, True)


def _test(m: Matrix, scene: Scene) -> Value:
    """What np.where asks."""
    if not isinstance(m, Compared):
        made = _value(m, scene)
        return Value((f"{bound(made.word, SUM)} != 0", RELATION), made.rows, made.cols)
    words, rows, cols = _alike(m.sides, scene)
    texts = [bound(w, SUM) for w in words]
    single = [f"{a} {s} {b}" for a, s, b in zip(texts, m.relations, texts[1:], strict=False)]
    text = single[0] if len(single) == 1 else " & ".join(f"({s})" for s in single)
    return Value((text, RELATION), rows, cols)


def _chosen(m: Chosen, scene: Scene) -> Value:
    values = [_test(m.condition, scene), _value(m.value, scene), _value(m.other, scene)]
    rows, cols = any(v.rows for v in values), any(v.cols for v in values)
    texts = ", ".join(_beside(v, rows, cols)[0] for v in values)
    return Value((f"np.where({texts})", CLOSED), rows, cols)


def _added(m: Added, scene: Scene) -> Value:
    words, rows, cols = _alike([t for _, t in m.terms], scene)
    out = ""
    for k, ((minus, _), word) in enumerate(zip(m.terms, words, strict=True)):
        if not k:
            out = negated(word)[0] if minus else bound(word, SUM)
        else:
            out += f" {'-' if minus else '+'} {bound(word, PRODUCT)}"
    return Value((out, SUM), rows, cols)


def _entrywise(items: Powers, scene: Scene) -> Value:
    """A bracket chooses between the product of the others and 0."""
    tests = [_test(b, scene) for b, _ in items if isinstance(b, Compared)]
    rest = [(b, x) for b, x in items if not isinstance(b, Compared)]
    words, rows, cols = _alike([b for b, _ in rest], scene)
    above: list[str] = []
    below: list[str] = []
    for word, (_, x) in zip(words, rest, strict=True):
        (above if x > 0 else below).append(bound(power(word, abs(x)), POWER))
    value = Value(quotient(above, below), rows, cols)
    for test in tests:
        rows, cols = test.rows or value.rows, test.cols or value.cols
        texts = [_beside(v, rows, cols)[0] for v in (test, value)]
        value = Value((f"np.where({texts[0]}, {texts[1]}, 0.0)", CLOSED), rows, cols)
    return value


def _scaled(m: Scaled, scene: Scene) -> Value:
    if m.coefficient < 0:
        inner = _scaled(Scaled(m.rows, m.cols, -m.coefficient, m.scalars, m.body), scene)
        return Value(negated(inner.word), inner.rows, inner.cols)
    c = m.coefficient
    above = [str(c.numerator)] if c.numerator != 1 else []
    below = [str(c.denominator)] if c.denominator != 1 else []
    for base, x in m.scalars:
        (above if x > 0 else below).append(bound(_scalar_power(base, abs(x), scene), POWER))
    body = Value(("1.0", CLOSED)) if m.body is None else _value(m.body, scene)
    if body.text != "1.0" or not above:
        above.append(bound(body.word, POWER if above else PRODUCT))
    return Value(quotient(above, below), body.rows, body.cols)


def _scalar_power(base: Matrix, exponent: Fraction, scene: Scene) -> Word:
    if isinstance(base, Norm) and exponent == TWO:
        inner = _whole(base.body, scene)
        return f"np.sum({power(inner.word, TWO)[0]})", CLOSED
    return power(_value(base, scene).word, exponent)


def _times(items: Sequence[Matrix], scene: Scene) -> Value:
    """Vectors meet matrices first, so that no product is larger than it needs to be."""
    left, have = items[0], _value(items[0], scene)
    for item in items[1:]:
        have = _product(left, have, item, scene)
        left = Times(left.rows, item.cols, (left, item))
    return have


def _product(left: Matrix, a: Value, right: Matrix, scene: Scene) -> Value:
    """left @ right, of which left is the value a already."""
    if left.cols is None:  # a column and a row
        b = _value(right, scene)
        one, other = a.text == "1.0", b.text == "1.0"
        if one or other:
            made = b if one else a
            return Value(made.word, made.rows, made.cols)
        if not a.rows or not b.cols:
            raise NoNumpyForm("a constant column")
        text = f"{_beside(a, True, True)[0]}*{bound(b.word, POWER)}"
        return Value((text, PRODUCT), True, True)
    if isinstance(right, Diag):
        d = _value(right.body, scene)
        return _joined([a, Value(d.word, False, d.rows)])
    if isinstance(left, Diag):
        d, b = _value(left.body, scene), _value(right, scene)
        return _joined([Value(d.word, d.rows, False), b])
    b = _value(right, scene)
    if not a.cols or not b.rows:
        return _with_constant(left, a, b, scene)
    text = f"{bound(a.word, POWER)} @ {bound(b.word, POWER)}"
    return Value((text, PRODUCT), a.rows, b.cols)


def _joined(values: Sequence[Value]) -> Value:
    rows, cols = any(v.rows for v in values), any(v.cols for v in values)
    words = [_beside(v, rows, cols) for v in values]
    kept = [w for w in words if w[0] != "1.0"]
    if len(kept) == 1:
        return Value(kept[0], rows, cols)
    return Value(quotient([bound(w, POWER) for w in kept], []), rows, cols)


def _with_constant(left: Matrix, a: Value, b: Value, scene: Scene) -> Value:
    """A sum of products of which one factor is the same all along the summed index."""
    assert left.cols is not None
    if a.cols:
        a = Value(_sum(a, 1 if a.rows else 0), a.rows, False)
    elif b.rows:
        b = Value(_sum(b, 0), False, b.cols)
    else:
        size = extent_text(left.cols, scene, POWER)
        a = Value(quotient([size, *([] if a.text == "1.0" else [bound(a.word, POWER)])], []),
                  a.rows, False)  # fmt: skip
    if a.rows or b.cols:
        return _joined([a, b])
    kept = [bound(v.word, POWER) for v in (a, b) if v.text != "1.0"]
    return Value(quotient(kept, []))


def _sum(v: Value, axis: int) -> Word:
    both = v.rows and v.cols
    return f"np.sum({v.text}, axis={axis})" if both else f"np.sum({v.text})", CLOSED
