"""True formulas, their random mutations and their random equivalent rewrites, as NumPy text.

mutated("2*X.T@(X@w - y)", choose)     =>  "2*X.T@(X@w + y)"      one edit, mostly wrong
rewritten("2*X.T@(X@w - y)", choose)   =>  "X.T@(X@w - y)*2"      a few edits, all true

`differs` decides independently of the checker what is wrong: by the literal interpreter at larger
sizes, at ordinary points, far out, and with one sign throughout; in 100 digits where it is close.
"""

import ast
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import mpmath
import numpy as np

from symnet.notation import Graph, SymnetError
from symnet.verify import interpret
from symnet.verify.check import Checker
from symnet.verify.numbers import digits
from symnet.verify.prove import candidate_sizes
from symnet.verify.sample import sample
from symnet.verify.truth import Truth, without

DIGITS = digits(100)
MODULES = ("np", "np.linalg")
Edit = Callable[[ast.expr, random.Random], ast.expr | None]


@dataclass
class Form:
    """A function with a true formula; `truth` is derived once."""

    function: str
    shapes: dict[str, str]
    wrt: str | None
    claim: str
    assume: dict[str, str] = field(default_factory=dict)

    @cached_property
    def checker(self) -> Checker:
        return Checker(self.function, self.wrt, self.shapes, self.assume)

    @cached_property
    def truth(self) -> Truth:
        if self.wrt is None:
            graph = self.checker.function
            assert graph is not None
            return Truth(graph, graph.output.name, "identity", graph.output, graph)
        return self.checker.truth("gradient")

    def graph_of(self, claim: str) -> tuple[Graph, str] | None:
        """The claim beside the truth; None if it cannot be read, or has another shape."""
        truth = self.truth
        try:
            read = self.checker.read(claim, truth.graph, {truth.name}, expected=truth.tensor)
        except SymnetError:
            return None
        if read.tensor.shape != truth.tensor.shape or read.name == truth.name:
            return None
        return without(read.graph, {read.name, truth.name}), read.name


MASK = {"M": "mask"}
FORMS = [
    Form("np.sum((X@w - y)**2)", {"X": "N D", "w": "D", "y": "N"}, "w", "2*X.T@(X@w - y)"),
    Form(
        "np.mean((X@W - Y)**2)", {"X": "N D", "W": "D K", "Y": "N K"}, "W", "2*X.T@(X@W - Y)/(N*K)"
    ),
    Form("np.sum((A@X - B)**2)/N", {"A": "N N", "X": "N N", "B": "N N"}, "X", "2*A.T@(A@X - B)/N"),
    Form("np.trace(A.T@X@B)", {"A": "N N", "X": "N N", "B": "N N"}, "X", "A@B.T"),
    Form("x@A@x", {"A": "N N", "x": "N"}, "x", "(A + A.T)@x"),
    Form("np.sum(np.tanh(X@w))", {"X": "N D", "w": "D"}, "w", "X.T@(1 - np.tanh(X@w)**2)"),
    Form("np.sum(sigmoid(x)*g)", {"x": "N", "g": "N"}, "x", "g*sigmoid(x)*(1 - sigmoid(x))"),
    Form("np.sum(softplus(x) - t*x)", {"x": "N", "t": "N"}, "x", "sigmoid(x) - t"),
    Form(
        "-np.sum(t*log_softmax(x))/N",
        {"x": "N K", "t": "N K"},
        "x",
        "(softmax(x) - t)/N",
        {"t": "one_hot"},
    ),
    Form(
        "np.sum(softmax(x)*g)",
        {"x": "N K", "g": "N K"},
        "x",
        "softmax(x)*(g - np.sum(softmax(x)*g, axis=1, keepdims=True))",
    ),
    Form(
        "np.sum(g*(x - np.mean(x))/np.sqrt(np.var(x) + 1e-5))",
        {"x": "N", "g": "N"},
        "x",
        "(g - np.mean(g) - (x - np.mean(x))*np.mean(g*(x - np.mean(x)))/(np.var(x) + 1e-5))"
        "/np.sqrt(np.var(x) + 1e-5)",
    ),
    Form(
        "np.sum(g*x/np.sqrt(np.mean(x**2) + 1e-12))",
        {"x": "N", "g": "N"},
        "x",
        "g/np.sqrt(np.mean(x**2) + 1e-12) - x*np.sum(g*x)/(N*(np.mean(x**2) + 1e-12)**1.5)",
    ),
    Form("np.sum(relu(X@w + b)**2)", {"X": "N D", "w": "D", "b": "N"}, "b", "2*relu(X@w + b)"),
    Form("np.sum(relu(x)*relu(y)*g)", {"x": "6", "y": "6", "g": "6"}, "x", "g*relu(y)*(x > 0)"),
    Form("np.sum(np.abs(x)*y)", {"x": "N", "y": "N"}, "x", "y*np.sign(x)"),
    Form("np.sum(np.maximum(x, y)**2)", {"x": "N", "y": "N"}, "x", "2*np.where(x > y, x, 0)"),
    Form("np.sum(np.clip(x, -3, 5)*g)", {"x": "N", "g": "N"}, "x", "g*(x > -3)*(x < 5)"),
    Form("np.max(x)**2", {"x": "5"}, "x", "2*np.where(x == np.max(x), x, 0)"),
    Form(
        "np.linalg.slogdet(A)[1] + np.sum(A*B)",
        {"A": "N N", "B": "N N"},
        "A",
        "np.linalg.inv(A).T + B",
    ),
    Form(
        "np.sum(np.linalg.inv(A)*B)",
        {"A": "N N", "B": "N N"},
        "A",
        "-np.linalg.inv(A).T@B@np.linalg.inv(A).T",
    ),
    Form("np.sum(np.exp(x + 2*y))", {"x": "N", "y": "N"}, "y", "2*np.exp(x + 2*y)"),
    Form("np.sum(np.log(x)*y)", {"x": "N", "y": "N"}, "x", "y/x", {"x": "positive"}),
    Form(
        "np.sum(x**1.5*np.sin(y))", {"x": "N", "y": "N"}, "y", "x**1.5*np.cos(y)", {"x": "positive"}
    ),
    Form(
        "np.sum(erf(x)*y + gelu(y))", {"x": "N", "y": "N"}, "x", "2*y*np.exp(-x**2)/np.sqrt(np.pi)"
    ),
    Form("np.sum(x[1:]*x[:-1])", {"x": "N"}, "x", "np.pad(x[1:], (0, 1)) + np.pad(x[:-1], (1, 0))"),
    Form("np.sum(np.cumsum(x)*g)", {"x": "N", "g": "N"}, "x", "np.flip(np.cumsum(np.flip(g)))"),
    Form("np.linalg.norm(x - y)", {"x": "N", "y": "N"}, "x", "(x - y)/np.linalg.norm(x - y)"),
    Form(
        "np.sum(g*softmax(np.where(M > 0, x, -np.inf)))",
        {"x": "N", "g": "N", "M": "N"},
        "g",
        "M*np.exp(x)/np.sum(M*np.exp(x))",
        MASK,
    ),
    Form("np.sum(Q.T@X@Q)", {"Q": "N N", "X": "N N"}, "X", "np.outer(np.sum(Q, 1), np.sum(Q, 1))"),
    Form("Q.T@Q@x", {"Q": "N N", "x": "N"}, None, "x + 0*Q@x", {"Q": "orthogonal"}),
    Form("np.sqrt(x**2)*y", {"x": "N", "y": "N"}, None, "np.abs(x)*y"),
    Form(
        "np.log(x*y)",
        {"x": "N", "y": "N"},
        None,
        "np.log(x) + np.log(y)",
        {"x": "positive", "y": "positive"},
    ),
    Form("np.sqrt(p)*np.sum(p)", {"p": "K"}, None, "p/np.sqrt(p)", {"p": "simplex"}),
    Form("np.linalg.inv(S)@x", {"S": "N N", "x": "N"}, None, "np.linalg.inv(S.T)@x", {"S": "spd"}),
]


# -- edits of the syntax tree -----------------------------------------------------------------


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def nodes(tree: ast.expr) -> list[ast.expr]:
    """All expressions that are values: no slices, axes, tuples, names of functions."""
    found = [tree]
    match tree:
        case ast.Call(func=function, args=args):
            inner = [a for a in args if not isinstance(a, ast.Tuple)]
            if isinstance(function, ast.Attribute) and ast.unparse(function.value) not in MODULES:
                inner.append(function.value)
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            inner = [value]
        case ast.BinOp(left=a, right=b):
            inner = [a] if isinstance(tree.op, ast.Pow) else [a, b]
        case ast.UnaryOp(operand=a):
            inner = [a]
        case ast.Compare(left=a, comparators=rest):
            inner = [a, *rest]
        case _:
            inner = []
    if isinstance(tree, ast.Attribute) and ast.unparse(tree.value) in MODULES:
        return found
    return [*found, *(n for a in inner for n in nodes(a))]


class _Put(ast.NodeTransformer):
    def __init__(self, at: ast.expr, new: ast.expr) -> None:
        self.at, self.new = at, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.at else self.generic_visit(node)


def put(tree: ast.expr, at: ast.expr, new: ast.expr) -> str:
    made = _Put(at, new).visit(tree)
    return ast.unparse(ast.fix_missing_locations(made))


def template(text: str, **parts: ast.expr) -> ast.expr:
    """An expression with A, B, ... replaced by parts."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return parts.get(node.id, node)

    return Fill().visit(parsed(text))  # type: ignore[no-any-return]


def edited(text: str, edit: Edit, choose: random.Random) -> str | None:
    """The edit at one of the places where it fits; None if there is none."""
    tree = parsed(text)
    places = [(at, new) for at in nodes(tree) if (new := edit(at, choose)) is not None]
    return put(tree, *choose.choice(places)) if places else None


def _binary(*kinds: type[ast.operator]) -> Callable[[ast.expr], bool]:
    return lambda e: isinstance(e, ast.BinOp) and isinstance(e.op, kinds)


def _called(e: ast.expr) -> str:
    """The name of the function that is called, without np."""
    return ast.unparse(e.func).removeprefix("np.") if isinstance(e, ast.Call) else ""


SWAPS = {
    "sin": "cos",
    "cos": "sin",
    "tanh": "sigmoid",
    "sigmoid": "tanh",
    "exp": "expm1",
    "log": "log1p",
    "relu": "np.abs",
    "abs": "relu",
    "sign": "np.abs",
    "maximum": "np.minimum",
    "sqrt": "np.square",
    "sum": "np.mean",
    "mean": "np.sum",
    "var": "np.std",
    "softmax": "sigmoid",
    "max": "np.min",
    "where": "np.where",
    "flip": "np.cumsum",
    "cumsum": "np.flip",
    "linalg.inv": "np.transpose",
}


def _wrong_operator(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if not isinstance(e, ast.BinOp):
        return None
    other: dict[type[ast.operator], ast.operator] = {
        ast.Add: ast.Sub(),
        ast.Sub: ast.Add(),
        ast.Mult: ast.Div(),
        ast.Div: ast.Mult(),
    }
    new = other.get(type(e.op))
    return None if new is None else ast.BinOp(e.left, new, e.right)


def _dropped(e: ast.expr, choose: random.Random) -> ast.expr | None:
    """An addend, a factor or an operand is left out: an epsilon, a path, a mask."""
    if not isinstance(e, ast.BinOp):
        return None
    return e.left if choose.random() < 0.5 or isinstance(e.op, ast.Div) else e.right


def _other_number(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if not isinstance(e, ast.Constant) or not isinstance(e.value, int | float):
        return None
    x = e.value
    if isinstance(x, int):
        return ast.Constant(choose.choice([x + 1, 2 * x + 1, max(x - 1, 0), 3, 6, 12, 20]))
    return ast.Constant(choose.choice([2 * x, x / 10, 0.0, x + 0.5]))


def _number_for_extent(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if isinstance(e, ast.Name) and e.id in ("N", "K", "D"):
        return choose.choice([parsed(t) for t in ("2", "3", "4", "(N - 1)", "N*N", "(N + 1)")])
    if _binary(ast.Mult)(e) and ast.unparse(e) == "N * K":
        return ast.Constant(choose.choice([6, 8, 12, 20]))
    return None


def _factor(e: ast.expr, choose: random.Random) -> ast.expr | None:
    return template(choose.choice(["2*A", "A/2", "A/N", "-A", "N*A", "A/3", "A/6"]), A=e)


def _transposed(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if isinstance(e, ast.Attribute) and e.attr == "T":
        return e.value
    if isinstance(e, ast.Name) and len(e.id) == 1 and e.id.isupper() and e.id not in "NKD":
        return template("A.T", A=e)
    return None


def _order(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if _binary(ast.MatMult)(e):
        return template(choose.choice(["B@A", "A@B.T", "A.T@B"]), A=e.left, B=e.right)  # type: ignore[attr-defined]
    return None


def _power(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if isinstance(e, ast.Name) and e.id in ("N", "K", "D"):
        return None
    return template(choose.choice(["A**2", "np.sqrt(A**2)", "np.abs(A)", "A**3"]), A=e)


def _swapped_function(e: ast.expr, choose: random.Random) -> ast.expr | None:
    name = SWAPS.get(_called(e))
    if name is None or not isinstance(e, ast.Call):
        return None
    return ast.Call(parsed(name), e.args, e.keywords)


def _axis(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if not isinstance(e, ast.Call) or not any(k.arg == "axis" for k in e.keywords):
        return None
    changed = [
        ast.keyword(k.arg, ast.Constant(0)) if k.arg == "axis" else k
        for k in e.keywords
        if choose.random() < 0.9 or k.arg != "axis"
    ]
    return ast.Call(e.func, e.args, changed)


def _comparison(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if not isinstance(e, ast.Compare):
        return None
    op = choose.choice([ast.Lt(), ast.GtE(), ast.Gt(), ast.NotEq()])
    return ast.Compare(e.left, [op], [choose.choice([e.comparators[0], ast.Constant(0)])])


def _epsilon(e: ast.expr, choose: random.Random) -> ast.expr | None:
    size = choose.choice(["1e-5", "1e-8", "1e-12", "1e-25", "1e-60"])
    return template(choose.choice([f"(A + {size})", f"A*(1 + {size})"]), A=e)


def _cell(e: ast.expr, choose: random.Random) -> ast.expr | None:
    """Wrong in one combination of six signs only."""
    if not (isinstance(e, ast.Name) and e.id in ("x", "y", "g")):
        return None
    extra = choose.choice(["np.prod(relu(-A))", "np.prod(relu(A))", "np.prod(np.abs(A) - A)"])
    return template(f"(A + {extra})", A=e)


def _far(e: ast.expr, choose: random.Random) -> ast.expr | None:
    """Wrong far out only."""
    bound = choose.choice([4, 10, 20])
    return template(
        choose.choice([f"np.clip(A, -{bound}, {bound})", f"np.minimum(A, {bound})"]), A=e
    )


def _shifted(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if isinstance(e, ast.Name) and e.id in ("x", "g", "y"):
        return template(
            choose.choice(["np.roll(A, 1)", "np.flip(A)", "np.pad(A[1:], (0, 1))"]), A=e
        )
    if _called(e) == "pad" and isinstance(e, ast.Call):
        return ast.Call(e.func, [e.args[0], parsed("(1, 0)")], [])
    return None


MUTATIONS: dict[str, Edit] = {
    "operator": _wrong_operator,
    "dropped": _dropped,
    "number": _other_number,
    "extent": _number_for_extent,
    "factor": _factor,
    "transpose": _transposed,
    "order": _order,
    "power": _power,
    "function": _swapped_function,
    "axis": _axis,
    "comparison": _comparison,
    "epsilon": _epsilon,
    "cell": _cell,
    "far": _far,
    "shift": _shifted,
}


def _of(operator: type[ast.operator], *forms: str) -> Edit:
    def edit(e: ast.expr, choose: random.Random) -> ast.expr | None:
        if not (isinstance(e, ast.BinOp) and isinstance(e.op, operator)):
            return None
        return template(choose.choice(forms), A=e.left, B=e.right)

    return edit


def _calls(name: str, *forms: str) -> Edit:
    def edit(e: ast.expr, choose: random.Random) -> ast.expr | None:
        if _called(e) != name or not isinstance(e, ast.Call) or len(e.args) != 1 or e.keywords:
            return None
        return template(choose.choice(forms), A=e.args[0])

    return edit


def _associated(e: ast.expr, choose: random.Random) -> ast.expr | None:
    for kind, sign in ((ast.Add, "+"), (ast.Mult, "*"), (ast.MatMult, "@")):
        if _binary(kind)(e) and _binary(kind)(e.left):  # type: ignore[attr-defined]
            a, b = e.left.left, e.left.right  # type: ignore[attr-defined]
            return template(f"A{sign}(B{sign}C)", A=a, B=b, C=e.right)  # type: ignore[attr-defined]
    return None


def _distributed(e: ast.expr, choose: random.Random) -> ast.expr | None:
    for kind, sign in ((ast.Mult, "*"), (ast.MatMult, "@"), (ast.Div, "/")):
        if not _binary(kind)(e):
            continue
        left, right = e.left, e.right  # type: ignore[attr-defined]
        for inner, plus in ((ast.Add, "+"), (ast.Sub, "-")):
            if _binary(inner)(left):
                return template(f"A{sign}C {plus} B{sign}C", A=left.left, B=left.right, C=right)
            if _binary(inner)(right) and kind is not ast.Div:
                return template(f"C{sign}A {plus} C{sign}B", A=right.left, B=right.right, C=left)
    return None


def _squared(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if _binary(ast.Pow)(e) and ast.unparse(e.right) == "2":  # type: ignore[attr-defined]
        return template(choose.choice(["A*A", "np.square(A)", "A**3/A"]), A=e.left)  # type: ignore[attr-defined]
    return None


def _of_transpose(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if isinstance(e, ast.Attribute) and e.attr == "T" and _binary(ast.MatMult)(e.value):
        return template("B.T@A.T", A=e.value.left, B=e.value.right)  # type: ignore[attr-defined]
    if isinstance(e, ast.Name) and e.id in "AXBWYQ":
        return template("A.T.T", A=e)
    return None


def _of_sum(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if (
        _called(e) != "sum"
        or not isinstance(e, ast.Call)
        or not _binary(ast.Add, ast.Sub)(e.args[0])
    ):
        return None
    inner = e.args[0]
    parts = [ast.Call(e.func, [a], e.keywords) for a in (inner.left, inner.right)]  # type: ignore[attr-defined]
    return ast.BinOp(parts[0], inner.op, parts[1])  # type: ignore[attr-defined]


def _of_exp(e: ast.expr, choose: random.Random) -> ast.expr | None:
    if _called(e) == "exp" and isinstance(e, ast.Call) and _binary(ast.Add)(e.args[0]):
        inner = e.args[0]
        return template("np.exp(A)*np.exp(B)", A=inner.left, B=inner.right)  # type: ignore[attr-defined]
    return None


def _unit(e: ast.expr, choose: random.Random) -> ast.expr | None:
    return template(
        choose.choice(["1*A", "(A + 0)", "-(-A)", "2*A/2", "(A + 1 - 1)", "A/N*N"]), A=e
    )


REWRITES: dict[str, Edit] = {
    "commute +": _of(ast.Add, "B + A"),
    "commute *": _of(ast.Mult, "B*A"),
    "minus": _of(ast.Sub, "A + -B", "-(B - A)", "-B + A", "A + -1*B"),
    "divide": _of(ast.Div, "A*(1/B)", "1/B*A", "A*B**-1", "(1/B)*A"),
    "product": _of(ast.MatMult, "(B.T@A.T).T", "np.matmul(A, B)", "np.dot(A, B)", "A@B"),
    "einsum": _of(
        ast.MatMult,
        "np.einsum('ij,jk->ik', A, B)",
        "np.einsum('ij,j->i', A, B)",
        "np.einsum('ab,cb->ac', A, (B).T)",
    ),
    "associate": _associated,
    "distribute": _distributed,
    "square": _squared,
    "transpose": _of_transpose,
    "sum": _of_sum,
    "exp": _of_exp,
    "unit": _unit,
    "sigmoid": _calls("sigmoid", "1 - sigmoid(-A)", "1/(1 + np.exp(-A))", "(1 + np.tanh(A/2))/2"),
    "tanh": _calls(
        "tanh", "2*sigmoid(2*A) - 1", "(np.exp(2*A) - 1)/(np.exp(2*A) + 1)", "-np.tanh(-A)"
    ),
    "softmax": _calls(
        "softmax",
        "np.exp(A)/np.sum(np.exp(A), axis=-1, keepdims=True)",
        "np.exp(log_softmax(A))",
        "softmax(A + 1)",
    ),
    "relu": _calls(
        "relu", "np.maximum(A, 0)", "(A + np.abs(A))/2", "A*(A > 0)", "np.where(A > 0, A, 0)"
    ),
    "abs": _calls(
        "abs", "np.sqrt((A)**2)", "relu(A) + relu(-A)", "A*np.sign(A)", "np.maximum(A, -A)"
    ),
    "sqrt": _calls("sqrt", "(A)**0.5", "1/np.sqrt(1/(A))", "(A)/np.sqrt(A)"),
    "log": _calls("log", "-np.log(1/(A))", "np.log((A)**2)/2", "2*np.log(np.sqrt(A))"),
    "exp of minus": _calls("exp", "1/np.exp(-(A))", "np.exp((A)/2)**2", "np.exp(A - 1)*np.exp(1)"),
    "cos": _calls("cos", "np.cos(-(A))", "(1 - np.sin(A)**2)/np.cos(A)"),
    "sign": _calls("sign", "np.where(A > 0, 1, -1)", "-np.sign(-(A))"),
    "inv": _calls("linalg.inv", "np.linalg.inv((A).T).T", "2*np.linalg.inv(2*(A))"),
    "mean": _calls("mean", "np.sum(A)/N", "np.mean(2*(A))/2"),
    "var": _calls("var", "np.mean((A - np.mean(A))**2)", "np.mean((A)**2) - np.mean(A)**2"),
}


def mutated(form: Form, choose: random.Random) -> tuple[str, str] | None:
    """(kind, claim) with one mutation, of a formula that is sometimes rewritten before."""
    kind = choose.choice(list(MUTATIONS))
    text = form.claim
    made = edited(text, MUTATIONS[kind], choose)
    return None if made is None else (kind, made)


def rewritten(form: Form, choose: random.Random) -> tuple[str, str] | None:
    """(kinds, claim) with one to three rewrites, the last part sometimes under a name."""
    text, kinds = form.claim, []
    for _ in range(choose.randint(1, 3)):
        kind = choose.choice(list(REWRITES))
        made = edited(text, REWRITES[kind], choose)
        if made is not None:
            text = made
            kinds.append(kind)
    if not kinds:
        return None
    if choose.random() < 0.2:
        tree = parsed(text)
        inner = [n for n in nodes(tree) if isinstance(n, ast.BinOp | ast.Call)]
        if inner:
            at = choose.choice(inner)
            part = ast.unparse(at)
            text = f"q = {part}; {put(tree, at, ast.Name('q'))}"
            kinds.append("name")
    return ", ".join(kinds), text


# -- what is true, decided without the checker --------------------------------------------------


def differs(graph: Graph, left: str, right: str, seed: int) -> bool | None:
    """Whether the claim is another number somewhere; None where nothing can be said."""
    rng = np.random.default_rng(seed)
    sizes = _larger_sizes(graph, rng)
    said = False
    for arrays in _points(graph, sizes, rng):
        named = {s.name: n for s, n in sizes.items()}
        with np.errstate(all="ignore"):
            values = {**arrays, **interpret(graph, arrays, named)}
        a, b = np.ravel(values[left]), np.ravel(values[right])
        if not np.isfinite(b).all():
            continue
        gap = np.abs(a - b).max(initial=0.0)
        largest = max(1e-300, np.abs(b).max(initial=0.0))
        if np.isfinite(gap) and gap > 1e-5 * max(1.0, largest):
            return True
        if gap <= 1e-13 * min(1.0, largest) and gap > 0 and said:
            continue
        exact = _exact_gap(graph, left, right, arrays, named)
        if exact is None:
            continue
        said = True
        if exact > mpmath.mpf(10) ** -85:
            return True
    return False if said else None


def is_close(graph: Graph, left: str, right: str, seed: int) -> bool:
    """Whether both are nearly the same in float64 at three ordinary points of larger sizes."""
    rng = np.random.default_rng(seed)
    sizes = _larger_sizes(graph, rng)
    seen = 0
    for _ in range(3):
        arrays = sample(graph, sizes, rng)
        with np.errstate(all="ignore"):
            values = {**arrays, **interpret(graph, arrays, {s.name: n for s, n in sizes.items()})}
        a, b = values[left], values[right]
        if np.isfinite(b).all():
            seen += 1
            if not np.allclose(a, b, rtol=1e-8, atol=1e-8):
                return False
    return seen > 0


def _exact_gap(
    graph: Graph, left: str, right: str, arrays: dict[str, np.ndarray], sizes: dict[str, int]
) -> mpmath.mpf | None:
    """The difference in 100 digits, relative to what is large; inf where the claim is undefined."""
    simple = all(not t.assume & {"simplex", "orthogonal", "spd"} for t in graph.given)
    values = {**arrays, **interpret(graph, arrays, sizes, DIGITS)}
    a, b = np.ravel(values[left]), np.ravel(values[right])
    if not all(mpmath.isfinite(v) for v in b):
        return None
    if not all(mpmath.isfinite(v) for v in a):
        return mpmath.inf
    scale = max(mpmath.mpf(1), *(abs(mpmath.mpf(v)) for v in b))
    gap = max(abs(p - q) for p, q in zip(a, b, strict=True)) / scale
    return gap if simple or gap > 1e-8 else mpmath.mpf(0)


def _larger_sizes(graph: Graph, rng: np.random.Generator) -> dict:  # type: ignore[type-arg]
    found = [s for s, _ in zip(candidate_sizes(graph, (), 4), range(4), strict=False)]
    return found[int(rng.integers(len(found)))]


def _points(graph: Graph, sizes: dict, rng: np.random.Generator) -> Iterator[dict[str, np.ndarray]]:  # type: ignore[type-arg]
    """Ordinary points; far ones; all entries of one sign, of either, tensor by tensor."""
    fixed = {"mask", "one_hot", "simplex", "spd", "orthogonal"}
    free = [t.name for t in graph.given if not t.assume & fixed and not t.is_integer_valued]
    positive = {t.name for t in graph.given if "positive" in t.assume}
    for kind in ("plain", "minus", "plus", "far", "far", "mixed", "mixed"):
        arrays = sample(graph, sizes, rng)
        for name in free:
            sign = 1.0 if name in positive else rng.choice([-1.0, 1.0])
            if kind == "minus":
                arrays[name] = np.abs(arrays[name]) * (1.0 if name in positive else -1.0)
            elif kind == "plus":
                arrays[name] = np.abs(arrays[name])
            elif kind == "mixed":
                arrays[name] = np.abs(arrays[name]) * sign
            elif kind == "far":
                arrays[name] = arrays[name] * 25.0
        yield arrays
