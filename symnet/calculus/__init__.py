"""Calculus: a Graph in, the Graph of its derivatives out."""

from symnet.calculus.forward import jvp
from symnet.calculus.reverse import gradient
from symnet.calculus.second import hessian, hvp, jacobian

__all__ = ["gradient", "hessian", "hvp", "jacobian", "jvp"]
