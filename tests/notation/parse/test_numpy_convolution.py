"""Convolutions and pooling, judged by literal loops (tests/by_numpy.py)."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("X B C 8 | K O C 3", "conv1d(X,K)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,stride=2)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,padding=1)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,stride=2,padding=1)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,2,3)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,dilation=2)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,dilation=2,stride=3,padding=2)"),
    ("X C 8 | K O C 3", "conv1d(X,K)"),
    ("X B C T | K O C k", "conv1d(X,K)", None, {"T": 7, "k": 3}),
    ("X B C T | K O C k", "conv1d(X,K,stride=2,padding=1)", None, {"T": 8, "k": 3}),
    ("X B C T | K O C 3", "conv1d(X,K,stride=2)", None, {"T": 8}),
    ("X B C T | K O C 1", "conv1d(X,K)"),
    ("X B C 8 | K O C 3", "conv1d(X,K,padding=(2,))"),
    ("X B C 8 | K O C 3", "conv1d(X,K,padding='same')"),
    ("X B C 8 | K O C 3", "conv1d(X,K,padding='valid')"),
    ("X 1 1 8 | K 1 1 3", "conv1d(X,K)"),
    ("X B C 3 | K O C 3", "conv1d(X,K)"),
    ("X B C 2 | K O C 3", "conv1d(X,K,padding=4)"),
    ("X B 4 8 | K 6 2 3", "conv1d(X,K,groups=2)"),
    ("X B C 8 | K O C 3 | b O", "conv1d(np.exp(X),K)+b[:,None]"),
    ("X B C 8 | K O C 3", "relu(conv1d(X,K,padding=1))"),
    ("X C 8 | K O C 3", "conv1d(X[None],K)[0]"),
    ("X B C 5 6 | K O C 2 3", "conv2d(X,K)"),
    ("X C 5 6 | K O C 2 3", "conv2d(X,K)"),
    ("X C 5 6 | K O C 2 3", "conv2d(X,K,stride=2)"),
    ("X B C 5 6 | K O C 2 3", "conv2d(X,K,stride=(2,1),padding=(0,2))"),
    ("X C H W | K O C 3 3", "conv2d(X,K,padding=1)", None, {"H": 4, "W": 5}),
    ("X B C H W | K O C h w", "conv2d(X,K)", None, {"H": 4, "W": 5, "h": 2, "w": 3}),
    ("X C 4 5 | K O C 3 3", "conv2d(X,K,padding='same')"),
    ("X C 4 5 | K O C 2 3", "conv2d(X,K,1,1,(2,1))"),
    ("X B C 8", "max_pool1d(X,2)"),
    ("X B C 8", "max_pool1d(X,3,stride=2)"),
    ("X B C T", "max_pool1d(X,2)", None, {"T": 7}),
    ("X B C 4 6", "max_pool2d(X,2)"),
    ("X C 4 6", "max_pool2d(X,(2,3))"),
    ("X C 4 5", "max_pool2d(X,2,1)"),
    ("X C 5 6", "max_pool2d(X,kernel=3,stride=(1,2))"),
    ("X B C 8", "avg_pool1d(X,2)"),
    ("X B C 4 6", "avg_pool2d(X,2)"),
    ("X C 4 6", "avg_pool2d(X,(3,2),stride=1)"),
    ("X B C 4 6 | K O C 3 3", "max_pool2d(relu(conv2d(X,K,padding=1)),2)"),
    ("X C H W", "avg_pool2d(X,2)", None, {"H": 5, "W": 4}),
    ("X 4 6", "max_pool2d(X,2)"),
]
JUDGED = TEXTS[::2]
REFUSED = [
    ("X B C T | K O D k", "conv1d(X, K)", "X has C channels, K has D"),
    ("X B C T | K C k", "conv1d(X, K)", "K has shape (C, k), expected (O, C, k)"),
    ("X T | K O C k", "conv1d(X, K)", "expected (B, C, ...) or (C, ...)"),
    ("X B C 2 | K O C 3", "conv1d(X, K)", "does not fit"),
    ("X B C 8 | K O C 3", "conv1d(X, K, stride=0)", "whole numbers of at least 1"),
    ("X B C 8 | K O C 3", "conv1d(X, K, stride=2, padding='same')", "'same' needs stride 1"),
    ("X B C 8 | K C 1 3", "conv1d(X, K)", "depthwise is groups=C"),
    ("X B 4 8 | K 5 2 3", "conv1d(X, K, groups=2)", "expected a number that 2 divides"),
    ("X C 8 8 | K O C 3 3", "conv2d(X, K, padding=(1, 2, 3))", "expected 2 whole numbers"),
    ("X B C 8", "max_pool1d(X, 9)", "does not fit"),
    ("X B C 8", "max_pool1d(X, 2, padding=2)", "more than half of the window"),
    ("X B C 8 | K C O 3", "conv_transpose1d(X, K)", "conv1d and conv2d are"),
]


@pytest.mark.parametrize("case", TEXTS, ids=described)
def test_numpy_agrees(case: tuple) -> None:
    compare(case[1], shapes(case[0]), *case[2:])


@pytest.mark.parametrize("case", JUDGED, ids=described)
def test_derivatives(case: tuple) -> None:
    graph = parse(case[1], shapes(case[0]), *case[2:3])
    verdict = judge(graph, [t.name for t in graph.inputs if not t.is_integer_valued])
    assert verdict.passed, verdict


@pytest.mark.parametrize("case", REFUSED, ids=described)
def test_refused_by_name_with_a_caret(case: tuple) -> None:
    with pytest.raises(ParseError, match=re.escape(case[2])) as e:
        parse(case[1], shapes(case[0]))
    assert "^" in str(e.value)
