"""Graph -> a drawing that shows itself in a notebook and saves itself as SVG, DOT, PNG or PDF."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from symnet.notation.errors import SymnetError
from symnet.notation.graph import Graph
from symnet.render.dot import dot_of
from symnet.render.network import to_networkx
from symnet.render.picture import Picture, picture
from symnet.render.svg import svg
from symnet.render.text import text

SUFFIXES = (".svg", ".dot", ".gv", ".png", ".pdf")


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph: `svg` and `dot` as text, `picture` with the place of everything."""

    svg: str
    dot: str
    picture: Picture

    def save(self, path: str | Path) -> Path:
        """Write the drawing; the suffix says how: .svg, .dot, .gv, .png, .pdf.

        PNG and PDF need rsvg-convert or cairosvg; raises SymnetError where neither is found.
        """
        target = Path(path)
        if target.suffix == ".svg":
            target.write_text(self.svg, encoding="utf-8")
        elif target.suffix in (".dot", ".gv"):
            target.write_text(self.dot, encoding="utf-8")
        elif target.suffix in (".png", ".pdf"):
            target.write_bytes(_converted(self.svg, target.suffix[1:]))
        else:
            raise SymnetError(f"{target.name}: a drawing is saved as {', '.join(SUFFIXES)}")
        return target

    def _repr_svg_(self) -> str:
        return self.svg


def draw(graph: Graph) -> Drawing:
    """The computation graph; a gradient graph is drawn forward and backward in one picture."""
    network = to_networkx(graph)
    drawn = picture(graph, network)
    names = ", ".join(t.name for t in graph.outputs)
    both = "forward and backward" if graph.cotangents else "forward"
    title = f"Computation graph of {names}, {both}"
    return Drawing(svg(drawn, title, text(graph)), dot_of(network), drawn)


def _converted(source: str, kind: str) -> bytes:
    """SVG -> PNG (twice the size, for projectors) or PDF."""
    zoom = "2" if kind == "png" else "1"
    commands = (
        ["rsvg-convert", f"--format={kind}", f"--zoom={zoom}"],
        ["cairosvg", "-", "--format", kind, "--scale", zoom],
    )
    command = next((c for c in commands if shutil.which(c[0])), None)
    if command is None:
        raise SymnetError(
            f"a drawing becomes {kind.upper()} by rsvg-convert (package librsvg2-bin) or cairosvg "
            "(pip install cairosvg), and neither was found; .svg and .dot need nothing"
        )
    ran = subprocess.run(
        command, input=source.encode(), capture_output=True, timeout=60, check=False
    )
    if ran.returncode:
        reason = ran.stderr.decode(errors="replace").strip()
        raise SymnetError(f"{command[0]} could not make a {kind.upper()}: {reason}")
    return ran.stdout
