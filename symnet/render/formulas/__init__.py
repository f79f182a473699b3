"""Formulas as trees: their shape, their order and their letters, before they are text or LaTeX."""
