"""docs/own_layer.md: a layer from outside the package gets all that symnet has, as the page says.

The page's Python blocks run in order in one process; what they print stands in its text blocks.
"""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "own_layer.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_runs_and_prints_what_it_says(tmp_path: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text())
    code = "\n".join(body for kind, body in blocks if kind == "python")
    said = "".join(body for kind, body in blocks if kind == "text")
    script = tmp_path / "page.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == said
    made = {p.name for p in tmp_path.iterdir()}
    assert {"gated_rms_norm.svg", "gated_rms_norm.py", "spiral.safetensors"} <= made
