"""How long a deck takes, without compilation: python -m tests.benchmarks.decks [NAME ...]

From the definition to the pages: derived, judged, drawn, laid out. Each in a process of its own, so
nothing is known before; processor time, the middle of three. Target: 5 s.
"""

import statistics
import subprocess
import sys

NAMES = ("dense", "attention", "lstm", "layer_norm", "residual_block", "encoder_block")
TIMES = 3
PROGRAM = """
import sys, time
from symnet.cli import names
from symnet.cli.decks.whole import Wanted, graph_deck
from symnet.cli.subject import Subject
from symnet.render.decks.slide_layout import film
start = time.process_time()
pages = film(graph_deck(Subject(sys.argv[1], names.graph(sys.argv[1])), Wanted())).pages
print(time.process_time() - start, len(pages))
"""


def main(chosen: list[str]) -> None:
    for name in chosen or NAMES:
        found = [measured(name) for _ in range(TIMES)]
        seconds = statistics.median(s for s, _ in found)
        print(f"{name:18} {seconds:6.2f} s  {found[0][1]:3} pages  (target 5 s)")


def measured(name: str) -> tuple[float, int]:
    """Seconds and pages."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name], capture_output=True, text=True, check=True
    )
    seconds, pages = done.stdout.split()
    return float(seconds), int(pages)


if __name__ == "__main__":
    main(sys.argv[1:])
