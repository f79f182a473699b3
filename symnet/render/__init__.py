"""Formulas and drawings: text, LaTeX and pictures of every Graph, forward and gradient."""

from symnet.render.latex import PREAMBLE, latex, latex_of
from symnet.render.text import text, text_of

__all__ = ["PREAMBLE", "latex", "latex_of", "text", "text_of"]
