"""DOT source: what a formula contains is text to Graphviz, never markup, a port or a link."""

import shutil
import subprocess
from collections.abc import Callable

import pytest
import sympy

from symnet.calculus import gradient
from symnet.notation import Graph, Index, Tensor, compare, define, total, where
from symnet.render import dot
from tests.render import samples

ODD = "N<b>\"&%_$#{}\\^~'|:"


def awkward() -> Graph:
    """An extent with a symbol made of special signs, keywords as names, a very long name."""
    i = Index("i", sympy.Symbol(ODD, integer=True, positive=True))
    x, node, edge = Tensor("x_" + "y" * 80, i), Tensor("node"), Tensor("edge", i)
    return Graph(
        define(edge[i], where(compare("<", x[i], 0), -x[i], x[i])),
        define(node[()], total(edge[i], i) / i.extent),
        inputs=[x],
    )


def test_source(golden: Callable[[str, str], None]) -> None:
    g = gradient(samples.classifier(), ["W1", "b1", "W2", "b2"], with_value=True)
    golden("classifier.dot", dot(g))
    golden("lstm.dot", dot(gradient(samples.lstm(), "x", cotangent="y_bar", with_value=True)))


def test_labels_are_text() -> None:
    source = dot(awkward())
    assert "label=<" not in source
    assert '"node"' in source and '"edge"' in source
    assert "where(x_" in source and " < 0, " in source


def test_graphviz_reads_it() -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("no dot program is installed")
    ran = subprocess.run(
        [program, "-Tplain"], input=dot(awkward()), capture_output=True, text=True, check=True
    )
    names = [line.split()[1] for line in ran.stdout.splitlines() if line.startswith("node ")]
    assert len(names) == 3 and '"node"' in names
