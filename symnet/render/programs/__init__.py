"""Formulas as NumPy programs."""
