"""Further losses, each a scalar: on classes, on values, between distributions, between vectors.

What stands in layers/loss.py are the usual ones; a mean is one over all samples here too.
"""
