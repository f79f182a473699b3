"""Data that need no download: digits (scikit-learn), Python's documentation, generated tasks."""

from symnet.train.datasets.associations import Associations, associations
from symnet.train.datasets.images import digits
from symnet.train.datasets.ngrams import ngram_bits
from symnet.train.datasets.stories import Stories, stories
from symnet.train.datasets.text import Text, documentation, words

__all__ = [
    "Associations",
    "Stories",
    "Text",
    "associations",
    "digits",
    "documentation",
    "ngram_bits",
    "stories",
    "words",
]
