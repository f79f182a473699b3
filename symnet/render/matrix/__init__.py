"""Formulas in matrix language: from index form to products and transposes, or why there is none."""
