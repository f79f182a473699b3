"""Formulas and drawings: text, LaTeX and pictures of every Graph, forward and gradient."""

from symnet.render.formulas.macros import PREAMBLE
from symnet.render.latex import latex, latex_of
from symnet.render.pictures.dot import dot
from symnet.render.pictures.drawing import Drawing, draw
from symnet.render.pictures.network import to_networkx
from symnet.render.text import text, text_of

__all__ = [
    "PREAMBLE",
    "Drawing",
    "dot",
    "draw",
    "latex",
    "latex_of",
    "text",
    "text_of",
    "to_networkx",
]
