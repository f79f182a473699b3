"""Figures of matplotlib (extra `plots`): one with axes, as bytes, as a file; the same bytes twice.

The package is loaded with the first figure; without it the error says what to install.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from symnet.notation import TrainingError

# No date and no version of a program in a file, and ids that do not depend on the run.
SETTINGS = {"svg.hashsalt": "symnet"}
METADATA: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {"Software": None},
}


def plots() -> Any:
    """matplotlib. Raises TrainingError where it is not installed."""
    try:
        import matplotlib
    except ImportError as missing:
        raise TrainingError(
            "pictures need matplotlib, which is not installed: pip install 'symnet[plots]'"
        ) from missing
    return matplotlib


def figure(
    rows: int, columns: int, size: tuple[float, float], heights: Sequence[float] | None = None
) -> tuple[Any, list[Any]]:
    """A figure of a size in inches, and its axes; `heights` are those of the rows, relatively."""
    plots()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(made)
    found = made.subplots(rows, columns, squeeze=False, height_ratios=heights)
    return made, list(found.ravel())


def labelled(ax: Any, x: str, y: str, title: str = "") -> None:
    """Words at the axes and above, and no frame where there is no axis."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.set_title(title, fontsize=11)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def encoded(made: Any, kind: str) -> bytes:
    """The figure as svg, pdf or png."""
    out = BytesIO()
    with plots().rc_context(SETTINGS):
        made.savefig(out, format=kind, dpi=150, metadata=METADATA.get(kind))
    return out.getvalue()


def write(made: Any, path: Path) -> None:
    """The figure as a file, whose suffix says the kind; its folder is made if it is not there."""
    found = encoded(made, path.suffix[1:])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found)
