"""The stable names of `import symnet as sn`, and what README and docs/text.md show."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import sympy

import symnet as sn
from symnet.cli import main

ROOT = Path(__file__).parents[1]
SHAPES = {"X": "N D", "W": "D K", "Y": "N K"}


def _block(text: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)\n```\n<!-- /{name} -->", text, re.DOTALL)
    assert found is not None, name
    return found[1]


@pytest.mark.parametrize(
    ("command", "answer", "status"), [("typed", "answer", 0), ("claimed", "verdict", 1)]
)
def test_readme_shows_what_the_command_prints(
    capsys: pytest.CaptureFixture[str], command: str, answer: str, status: int
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program, *words = shlex.split(_block(readme, command).replace("\\\n", " "))
    assert program == "symnet"
    assert main(words) == status
    assert capsys.readouterr().out.rstrip() == _block(readme, answer)


def test_docs_show_what_check_prints(capsys: pytest.CaptureFixture[str]) -> None:
    docs = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    command = re.search(r"```sh\n(symnet check .*?)\n```", docs, re.DOTALL)
    assert command is not None
    assert main(shlex.split(command[1])[1:]) == 1
    assert f"```text\n{capsys.readouterr().out.rstrip()}\n```" in docs


def test_docs_show_what_python_prints() -> None:
    docs = (ROOT / "docs" / "text.md").read_text(encoding="utf-8")
    graph = sn.parse("np.sum((X@W - Y)**2)/12", SHAPES)
    assert sn.text(sn.gradient(graph, "W"), "gradient") in docs
    with pytest.raises(sn.ParseError) as error:
        sn.parse("np.sum(sofmax(x))", {"x": "N"})
    assert str(error.value) in docs


def test_docs_name_only_functions_that_are_read() -> None:
    """Every function in the table of docs/text.md is known: it is not refused by its name."""
    docs = (ROOT / "docs" / "text.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (?:functions|of learning|products|shape|making) \| (.*) \|$", docs, re.M
    )
    names = [n for row in rows for part in re.findall(r"`([^`]*)`", row) for n in part.split()]
    assert len(names) > 70
    for name in names:
        try:
            sn.parse(f"{name}(X)", {"X": "N N"})
        except sn.SymnetError as error:
            assert f"{name} is not supported" not in str(error)


def test_gradient_takes_text_with_shapes() -> None:
    text = "np.sum((X@W - Y)**2)"
    a = sn.gradient(text, "W", shapes=SHAPES, check=True)
    assert sn.text(a) == sn.text(sn.gradient(sn.parse(text, SHAPES), "W"))


def test_steps_show_themselves() -> None:
    found = sn.steps(sn.parse("np.sum((X@W - Y)**2)", SHAPES), "W", level="slide")
    assert str(found).startswith("W_bar[d,k]\n  = ")
    assert found._repr_latex_().startswith("$$")


def test_every_name_is_there() -> None:
    for name in sn.__all__:
        assert getattr(sn, name) is not None


def test_docs_show_what_sympy_gives() -> None:
    """The numbers and lines of the section "SymPy itself"."""
    docs = (ROOT / "docs" / "text.md").read_text(encoding="utf-8")
    n = sympy.Symbol("n", integer=True, positive=True)
    i = sympy.Symbol("i", integer=True)
    x = sympy.IndexedBase("x", shape=(n,))
    g = sn.gradient(sn.from_sympy(sympy.Sum(x[i] ** 3, (i, 0, n - 1))), "x")
    assert f"{sn.text(g)}\n{sn.to_sympy(g)[-1]}\n```" in docs
    a = sympy.MatrixSymbol("A", n, n)
    assert sn.lambdify([a], sympy.Inverse(a))([[2.0]]).item() == 0.5


class Formatter:
    """Keeps what IPython's formatters are told."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Callable[..., object]] = {}

    def for_type_by_name(self, module: str, name: str, show: Callable[..., object]) -> None:
        self.found[module, name] = show


def test_notebooks_are_told_how_graphs_are_shown() -> None:
    formatters = {kind: Formatter() for kind in ("text/latex", "text/plain", "text/html")}
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters))
    sn.load_ipython_extension(shell)
    graph = sn.parse("X@W", {"X": "N D", "W": "D K"})
    report = sn.check("X@W", "W", "X.T@O_bar", {"X": "N D", "W": "D K"}, cotangent="O_bar")
    items = (("text/latex", graph), ("text/latex", graph.definitions[0]), ("text/html", report))
    for kind, item in items:
        kinds = [(t.__module__, t.__name__) for t in type(item).__mro__]
        shows = [f for name, f in formatters[kind].found.items() if name in kinds]
        assert len(shows) == 1 and str(shows[0](item)).startswith(("$", "<div"))


def test_a_running_notebook_is_told_at_once(tmp_path: Path) -> None:
    """With a stand-in for IPython, in a process of its own; nothing else is loaded by it."""
    script = """
import sys, types
told = []
formatter = types.SimpleNamespace(for_type_by_name=lambda *found: told.append(found[:2]))
formatters = dict.fromkeys(("text/latex", "text/plain", "text/html"), formatter)
shell = types.SimpleNamespace(display_formatter=types.SimpleNamespace(formatters=formatters))
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
import symnet
print(len(told), "sympy" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["9", "False"]
