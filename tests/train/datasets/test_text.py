"""The documentation's text: what is kept, numbers and back, what is refused."""

import sys

import numpy as np
import pytest

from symnet.notation import UnknownTensor
from symnet.train.datasets import documentation, words


def test_the_text() -> None:
    found = documentation()
    assert len(found.text) > 300_000
    assert set(found.text) <= set("abcdefghijklmnopqrstuvwxyz .,()\"'=_:*-#")
    assert "  " not in found.text
    if sys.version_info[:3] == (3, 11, 7):
        assert (len(found.text), found.digest) == (433_253, "be3ed57274abd1fd")


def test_numbers_and_back() -> None:
    found = documentation()
    assert found.ids.dtype == np.intp and found.ids.max() == len(found.symbols) - 1
    assert found.decoded(found.ids[:500]) == found.text[:500]
    assert (found.encoded(found.text[7:60]) == found.ids[7:60]).all()
    with pytest.raises(UnknownTensor, match="no symbol '7'"):
        found.encoded("7")


def test_words_of_topics() -> None:
    found = words(["for", "while"])
    assert list(found) == ["for", "while"]
    assert all(w.isalpha() and w.islower() for w in found["for"])
    assert "statement" in found["while"]
    with pytest.raises(UnknownTensor, match="no topic 'unless'"):
        words(["unless"])


def test_marks_are_words_too_if_asked() -> None:
    found = words(["for"], marks=True)["for"]
    assert [w for w in found if w.isalpha()] == words(["for"])["for"]
    others = [w for w in found if not w.isalpha()]
    assert {".", ",", "("} <= set(others) and all(len(set(w)) == 1 for w in others)
