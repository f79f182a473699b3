"""docs/own_layer.md: a layer from outside the package gets all that symnet has, as the page says.

The page's Python blocks run in order in one process; what they print stands in its text blocks.
"""

from pathlib import Path

from tests.page import blocks, printed

PAGE = "own_layer.md"


def test_the_page_runs_and_prints_what_it_says(tmp_path: Path) -> None:
    assert printed(PAGE, tmp_path) == "".join(blocks(PAGE, "text"))
    made = {p.name for p in tmp_path.iterdir()}
    assert {"gated_rms_norm.svg", "gated_rms_norm.py", "spiral.safetensors"} <= made
