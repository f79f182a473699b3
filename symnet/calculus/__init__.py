"""Calculus: a Graph in, the Graph of its derivatives out."""

from symnet.calculus.cost import Cost, cost
from symnet.calculus.forward import jvp
from symnet.calculus.journal import Step
from symnet.calculus.reverse import gradient
from symnet.calculus.second import hessian, hvp, jacobian
from symnet.calculus.steps import steps

__all__ = ["Cost", "Step", "cost", "gradient", "hessian", "hvp", "jacobian", "jvp", "steps"]
