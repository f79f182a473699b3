"""Real data that need no download: digits (scikit-learn), the text of Python's documentation."""

from symnet.train.datasets.images import digits
from symnet.train.datasets.text import Text, documentation, words

__all__ = ["Text", "digits", "documentation", "words"]
