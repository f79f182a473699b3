"""The errors that symnet raises on purpose: few types, each naming tensor, index, expected, found.

SymnetError > {IndexMismatch, ExtentMismatch, GraphError, DerivativeError, ShapeMismatch, ...}
"""


class SymnetError(Exception):
    """Base of every error that symnet raises on purpose; the command line prints it in one line."""


class IndexMismatch(SymnetError):
    """An index is free on one side only, occurs twice, or is bound where it is free."""


class ExtentMismatch(SymnetError):
    """An index runs over another extent than the axis at which it stands."""


class GraphError(SymnetError):
    """A graph is not legal: a tensor defined twice, not at all, or in a cycle."""


class UnknownTensor(SymnetError):
    """A name was given that no tensor of the graph has."""


class DerivativeError(SymnetError):
    """A derivative was asked for that does not exist or is not determined."""


class ShapeMismatch(SymnetError):
    """An array does not have the shape, or the kind of number, that its tensor has."""


class UnsupportedExpression(SymnetError):
    """An expression contains something that symnet has no meaning for."""


class TrainingError(SymnetError):
    """A training run cannot start or go on: its data, its settings or its checkpoint."""


class CheckFailed(SymnetError):
    """The judges disagree with a derived formula; nothing of it may be used."""


class ParseError(SymnetError):
    """A text cannot be read: what was expected and found, the line, and a caret under the place."""
