"""The options of every verb; the first line of a docstring is the verb's help.

Nothing but argparse is imported here, so that --help answers at once.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable

EXAMPLES = {
    "derive": "derive softmax_cross_entropy --form latex",
    "draw": "draw mlp -o pictures",
    "export": "export digits -o digits_step.py",
    "cost": "cost mlp",
    "train": "train digits --seed 1 --save digits.safetensors",
    "list": "list",
    "tour": "tour",
}


def derive(parser: ArgumentParser) -> None:
    """definitions, gradient, and the judges' verdict"""
    _name(parser)
    parser.add_argument("--wrt", metavar="NAMES", help="variables, separated by commas")
    parser.add_argument(
        "--form",
        choices=("page", "text", "latex"),
        default="page",
        help="all of it (page, the default), or formulas only",
    )
    parser.add_argument("--seed", type=natural, default=0, help="seed of the judges' random points")
    _json(parser)


def draw(parser: ArgumentParser) -> None:
    """a picture of the graph, forward and backward (SVG)"""
    _name(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        default=".",
        help="a folder, or a file that ends in .svg, .dot, .png or .pdf",
    )
    parser.add_argument("--wrt", metavar="NAMES", help="variables, separated by commas")
    parser.add_argument("--forward", action="store_true", help="without the backward pass")
    _json(parser)


def export(parser: ArgumentParser) -> None:
    """generated NumPy code of value and gradient, which runs without symnet"""
    _name(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="the file (standard output)")
    parser.add_argument("--wrt", metavar="NAMES", help="variables, separated by commas")
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64")


def cost(parser: ArgumentParser) -> None:
    """operations and memory of every definition, as formulas in the extents"""
    _name(parser)
    parser.add_argument("--wrt", metavar="NAMES", help="variables, separated by commas")
    _json(parser)


def train(parser: ArgumentParser) -> None:
    """fit the model of a page on real data"""
    _name(parser)
    parser.add_argument("--seed", type=natural, default=0, help="seed of split, start, order")
    parser.add_argument("--epochs", type=natural, help="how often every sample is seen")
    parser.add_argument("--checkpoint", metavar="FILE", help="written after every epoch")
    parser.add_argument("--resume", metavar="FILE", help="a checkpoint to go on from")
    parser.add_argument("--save", metavar="FILE", help="where to write the trained model")
    parser.add_argument(
        "--accept", action="store_true", help="measure every figure the page promises; 1 if missed"
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
    "draw": draw,
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


def _name(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="page, layer or optimiser; see symnet list")


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
