"""A page of docs/ whose code runs: its Python blocks, in order and in one process."""

import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, kind: str) -> list[str]:
    """What stands in the page's blocks of a kind: python, text, diff, .."""
    return [body for found, body in BLOCK.findall((DOCS / page).read_text()) if found == kind]


def printed(page: str, folder: Path) -> str:
    """What the Python blocks print when they run in this folder."""
    script = folder / "page.py"
    script.write_text("\n".join(blocks(page, "python")))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
