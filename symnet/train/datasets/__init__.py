"""Data that need no download: digits (scikit-learn), Python's documentation, generated tasks."""

from symnet.train.datasets.associations import Associations, associations
from symnet.train.datasets.categories import Language, language
from symnet.train.datasets.figures import Figures, figures
from symnet.train.datasets.images import digits, shifted
from symnet.train.datasets.masking import masked_words
from symnet.train.datasets.ngrams import ngram_bits
from symnet.train.datasets.stories import Stories, stories
from symnet.train.datasets.text import Text, documentation, words

__all__ = [
    "Associations",
    "Figures",
    "Language",
    "Stories",
    "Text",
    "associations",
    "digits",
    "documentation",
    "figures",
    "language",
    "masked_words",
    "ngram_bits",
    "shifted",
    "stories",
    "words",
]
