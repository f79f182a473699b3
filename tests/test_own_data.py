"""docs/own_data.md: a CSV file, a model changed in a few lines, trained, as the page says.

The page's Python blocks run in order in one process; what they print stands in its text blocks.
"""

import ast
from difflib import ndiff
from pathlib import Path

from tests.page import blocks, printed

PAGE = "own_data.md"
SCRIPT = Path(__file__).parents[1] / "derivations" / "digits.py"


def body(source: str, name: str) -> list[str]:
    """The statements of a function, a line for each, without its docstring."""
    tree = ast.parse(source)
    found = next(f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == name)
    return [ast.unparse(statement) for statement in found.body[1:]]


def lines(text: str) -> list[str]:
    """The lines that a difference removes or adds, whatever the quotes and the indentation."""
    kept = [line for line in text.splitlines() if line.startswith(("-", "+"))]
    return [f"{line[0]} {line[1:].strip()}".replace('"', "'") for line in kept]


def test_the_page_runs_and_prints_what_it_says(tmp_path: Path) -> None:
    assert printed(PAGE, tmp_path) == "".join(blocks(PAGE, "text"))
    made = {p.name for p in tmp_path.iterdir()}
    assert {"wine.csv", "wine", "curve.svg", "wine.safetensors", "run.safetensors"} <= made


def test_the_difference_is_all_that_was_changed_in_the_script() -> None:
    code = "\n".join(blocks(PAGE, "python"))
    changed = ndiff(body(SCRIPT.read_text(), "classifier"), body(code, "classifier"))
    (said,) = blocks(PAGE, "diff")
    assert sorted(lines("\n".join(changed))) == sorted(lines(said))
