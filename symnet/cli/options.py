"""The options of every verb; the first line of a docstring is the verb's help.

Nothing but argparse is imported here, so that --help answers at once.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable

EXAMPLES = {
    "derive": """examples:
  symnet derive "np.sum((X@W - Y)**2)/12" --shape X=N,D --shape W=D,K --shape Y=N,K --wrt W
  symnet derive "L = sum[n](log(1 + exp(-y[n]*sum[d](x[n,d]*w[d]))))" \\
      --shape "x=N,D w=D y=N" --wrt w --order 2
  symnet derive "softmax(x @ W)" --shape "x=N,D W=D,K" --wrt W --form steps
  symnet derive @loss.txt --shape "x=N" --form numpy       (a file; - reads standard input)
  symnet derive softmax_cross_entropy --form latex          (a page or layer; see symnet list)

Every derivation is held to the judges at small random sizes before it is printed.""",
    "check": """examples:
  symnet check "np.sum((X@W-Y)**2)/12" --shape "X=N,D W=D,K Y=N,K" --wrt W --claim "X.T@(X@W-Y)/6"
  symnet check "-np.sum(t*log_softmax(x, axis=1))" --shape "x=N,K t=N,K" --wrt x \\
      --claim "softmax(x, axis=1) - t"                       (refuted: only if rows of t sum to 1)
  symnet check "np.trace(A@B) == np.trace(B@A)" --shape "A=N,D B=D,N"
  symnet check "softmax(x, axis=1)" --shape "x=N,K y_bar=N,K" --wrt x \\
      --claim "p = softmax(x, axis=1); p*(y_bar - np.sum(p*y_bar, axis=1, keepdims=True))"
  symnet check FUNCTION --wrt x --claim STEP1 --claim STEP2 ...        (a derivation, step by step)

Exit status: 0 proved or agrees, 1 refuted, 2 could not be read.""",
    "steps": """examples:
  symnet steps "np.sum(softmax(S)*G)" --shape "S=N,M G=N,M" --wrt S
  symnet steps softmax_cross_entropy --level slide --latex""",
    "draw": """examples:
  symnet draw mlp -o pictures
  symnet draw encoder_block --overview -o block.pdf
  symnet draw encoder_block --layer "multi-head attention" -o attention.svg
  symnet draw lstm --unrolled 3 -o lstm.svg
  symnet draw "np.sum(tanh(x @ W))" --shape "x=N,D W=D,K" -o graph.svg""",
    "slides": """examples:
  symnet slides attention -o attention.pdf
  symnet slides softmax -o softmax.tex --aspect 4:3
  symnet slides digits --train -o digits.html
  symnet slides deck -o lecture.pdf                       (the introductory lecture)
  symnet slides "softmax(Q @ K.T) @ V" --shape "Q=N,d K=M,d V=M,e" -o mine.pdf

A PDF is made by a TeX engine if there is one, else by typst (pip install 'symnet[slides]').""",
    "export": """examples:
  symnet export digits -o digits_step.py
  symnet export "np.sum((X@w - y)**2)" --shape "X=N,D w=D y=N" --wrt w -o ridge.py""",
    "cost": """examples:
  symnet cost mlp
  symnet cost "softmax(Q @ K.T / np.sqrt(d)) @ V" --shape Q=N,d --shape K=M,d --shape V=M,e""",
    "train": "example: symnet train digits --seed 1 --save digits.safetensors",
    "list": "example: symnet list",
    "tour": "example: symnet tour",
}


def derive(parser: ArgumentParser) -> None:
    """definitions, gradient, and the judges' verdict"""
    _subject(parser)
    parser.add_argument(
        "--form",
        choices=("page", "index", "matrix", "latex", "latex-matrix", "numpy", "steps", "text"),
        default="page",
        help="all of it (page, the default), or one form only; text is another word for index",
    )
    parser.add_argument(
        "--order", type=int, choices=(1, 2), default=1, help="2: the Hessian of a scalar"
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--jacobian", action="store_true", help="dy/dx instead of the pullback of y_bar"
    )
    kind.add_argument("--jvp", action="store_true", help="the pushforward, along x_dot")
    _level(parser)
    _judges(parser)
    _json(parser)


def check(parser: ArgumentParser) -> None:
    """a derivation by hand: proved, agrees, or refuted with the slip that was made"""
    _subject(parser, several=False)
    parser.add_argument(
        "--claim",
        action="append",
        metavar="TEXT",
        help="what was derived, in NumPy or index notation; @FILE, or - for standard input; "
        "repeat it for a derivation, each step equal to the one before",
    )
    parser.add_argument(
        "--of",
        choices=("gradient", "vjp", "jacobian", "hessian"),
        help="what the claim is (its shape and names decide)",
    )
    parser.add_argument("--order", type=int, choices=(1, 2), default=1, help="2: the Hessian")
    parser.add_argument(
        "--cotangent", metavar="NAME", help="the cotangent of an output with axes (y_bar)"
    )
    parser.add_argument("--seed", type=natural, default=0, help="seed of the random points")
    _json(parser)


def steps(parser: ArgumentParser) -> None:
    """the derivation rule by rule, each step an equality that was evaluated"""
    _subject(parser)
    _level(parser)
    parser.add_argument("--latex", action="store_true", help="rows for align*")
    parser.add_argument(
        "--order", type=int, choices=(1, 2), default=1, help="2: the Hessian of a scalar"
    )
    _judges(parser)
    _json(parser)


def draw(parser: ArgumentParser) -> None:
    """a picture of the graph, forward and backward (SVG)"""
    _subject(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        default=".",
        help="a folder, or a file that ends in .svg, .dot, .png, .pdf, .tex or .html",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--overview", action="store_true", help="a box for each layer")
    what.add_argument(
        "--layer",
        metavar="TITLE",
        help="one layer alone; of several that are called alike: TITLE and its output",
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--forward", action="store_true", help="without the backward pass")
    way.add_argument("--backward", action="store_true", help="the backward pass alone")
    parser.add_argument(
        "--unrolled", metavar="STEPS", type=natural, help="steps of a recurrence for its loop"
    )
    _judges(parser)
    _json(parser)


def slides(parser: ArgumentParser) -> None:
    """a deck: definition, picture, backward pass step by step, hand formulas with verdicts"""
    _subject(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="ends in .pdf, .tex, .typ or .html (NAME.pdf)"
    )
    parser.add_argument("--aspect", choices=("16:9", "4:3"), default="16:9")
    parser.add_argument("--theme", choices=("light", "warm", "plain"), default="light")
    parser.add_argument("--handout", action="store_true", help="a page a slide, nothing hidden")
    parser.add_argument("--notes", action="store_true", help="with what the speaker says")
    parser.add_argument(
        "--fragment", action="store_true", help="with .tex: frames to \\input, and a preamble"
    )
    parser.add_argument(
        "--engine", choices=("auto", "tex", "typst"), default="auto", help="what makes a PDF"
    )
    curve = parser.add_mutually_exclusive_group()
    curve.add_argument("--train", action="store_true", help="train the page's model for its curve")
    curve.add_argument("--checkpoint", metavar="FILE", help="the curve of a run that was kept")
    _judges(parser)


def export(parser: ArgumentParser) -> None:
    """generated NumPy code of value and gradient, which runs without symnet"""
    _subject(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="the file (standard output)")
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    _judges(parser)


def cost(parser: ArgumentParser) -> None:
    """operations and memory of every definition, as formulas in the extents"""
    _subject(parser)
    _judges(parser)
    _json(parser)


def train(parser: ArgumentParser) -> None:
    """fit the model of a page on real data"""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a page that trains: symnet list")
    parser.add_argument("--all", action="store_true", help="with --accept or --short: every page")
    parser.add_argument("--seed", type=natural, default=0, help="seed of split, start, order")
    parser.add_argument("--epochs", type=natural, help="how often every sample is seen")
    parser.add_argument("--variant", metavar="MODEL", help="one of the page's models")
    parser.add_argument(
        "--backend", choices=("numpy",), default="numpy", help="what runs the generated code"
    )
    parser.add_argument("--checkpoint", metavar="FILE", help="written after every epoch")
    parser.add_argument("--resume", metavar="FILE", help="a checkpoint to go on from")
    parser.add_argument("--save", metavar="FILE", help="where to write the trained model")
    parser.add_argument("--report", metavar="FOLDER", help="where to draw what was learnt")
    parser.add_argument(
        "--accept", action="store_true", help="measure every figure the page promises; 1 if missed"
    )
    parser.add_argument(
        "--short", action="store_true", help="a run of seconds, with bounds; 1 if one is missed"
    )
    parser.add_argument(
        "--results", metavar="FILE", help="with --accept: where to write the table, in Markdown"
    )
    _json(parser)


def listing(parser: ArgumentParser) -> None:
    """what NAME can be"""
    _json(parser)


def tour(parser: ArgumentParser) -> None:
    """all of it once, on small examples"""
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", default="symnet_tour", help="where drawings are written"
    )


OPTIONS: dict[str, Callable[[ArgumentParser], None]] = {
    "derive": derive,
    "check": check,
    "steps": steps,
    "draw": draw,
    "slides": slides,
    "export": export,
    "cost": cost,
    "train": train,
    "list": listing,
    "tour": tour,
}


def natural(text: str) -> int:
    """A number 0, 1, 2, ..."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ArgumentTypeError(f"{text!r}: expected one of 0, 1, 2, ...")
    return int(text)


def _subject(parser: ArgumentParser, several: bool = True) -> None:
    """NAME or TEXT, with what TEXT needs; `several` variables, or one."""
    parser.add_argument(
        "name",
        metavar="SUBJECT",
        help="the NAME of a page, layer or optimiser (see symnet list); or TEXT in NumPy or index "
        "notation; or @FILE, FILE.txt, FILE.py (read, never run), or - for standard input",
    )
    parser.add_argument(
        "--shape",
        action="append",
        metavar="X=N,D",
        help="the shape of a tensor of TEXT, in names or numbers; x= is a scalar; repeat it, or "
        "give several in one: 'X=N,D w=D'",
    )
    parser.add_argument(
        "--assume",
        action="append",
        metavar="y=one_hot",
        help="what holds of a tensor: one_hot, simplex, mask, positive, integer, symmetric, spd, "
        "orthogonal; repeat it",
    )
    if not several:
        parser.add_argument("--wrt", metavar="NAME", help="the variable to differentiate by")
        return
    parser.add_argument(
        "--wrt",
        action="append",
        metavar="NAMES",
        help="variables to differentiate by (all that are real); repeat it, or use commas",
    )


def _level(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--level",
        choices=("result", "slide", "homework"),
        default="homework",
        help="how many steps (homework: every rule)",
    )


def _judges(parser: ArgumentParser) -> None:
    parser.add_argument("--no-check", action="store_true", help="do not ask the judges")
    parser.add_argument("--seed", type=natural, default=0, help="seed of the judges' random points")


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
