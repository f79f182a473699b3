"""Films made by hand: a slide on attention as it should look, and one of everything awkward."""

from functools import cache

from symnet.calculus import gradient
from symnet.layers.attention import attention
from symnet.notation import Index, Tensor, extent
from symnet.notation.graph import Graph
from symnet.render import draw
from symnet.render.decks.scene import (
    Box,
    Code,
    Drawn,
    Element,
    Film,
    Formula,
    Frame,
    Line,
    Math,
    Page,
    Plot,
    Run,
    Words,
)
from symnet.render.pictures.picture import Picture
from symnet.render.setting.themes import THEMES, Color

LEFT, RIGHT = 19.8, 433.7
ROWS = (
    (r"\bar V = P^\top \bar O,\qquad \bar P = \bar O V^\top", "product rule"),
    (
        r"\bar S = P \odot \bigl(\bar P - r\mathbf{1}^\top\bigr),\qquad "
        r"r = \bigl(P \odot \bar P\bigr)\mathbf{1}",
        "softmax",
    ),
    (r"\bar Q = \bar S K/\sqrt{d},\qquad \bar K = \bar S^\top Q/\sqrt{d}", "product rule"),
)
PANELS: tuple[tuple[tuple[tuple[Run, ...], ...], tuple[str, ...]], ...] = (
    (
        (("The last product: ", Math("O = P V"), ", so"),),
        (r"\bar V_{ke} = \sum_q P_{qk} \bar O_{qe}", r"\bar P_{qk} = \sum_e \bar O_{qe} V_{ke}"),
    ),
    (
        (
            (
                "One row of softmax has ",
                Math(r"\partial P_{qj} / \partial S_{qk} ="),
            ),
            (Math(r"P_{qj}\bigl(\delta_{jk} - P_{qk}\bigr)"), ", hence"),
        ),
        (
            r"\bar S_{qk} = \sum_j \bar P_{qj} P_{qj} \bigl(\delta_{jk} - P_{qk}\bigr)",
            r"\hphantom{\bar S_{qk}} = P_{qk}\bigl(\bar P_{qk} - r_q\bigr)",
        ),
    ),
    (
        (("Scores are a product over ", Math(r"\sqrt d"), ", so"),),
        (r"\bar Q_{qd} = \frac{1}{\sqrt D} \sum_k \bar S_{qk} K_{kd}",),
    ),
)
MADE = (("P", "V"), ("S",), ("Q", "K"))  # whose cotangents each row makes


@cache
def attention_both_ways() -> Graph:
    n, d = extent("n"), extent("d")
    q, k, c, e = Index("q", n), Index("k", n), Index("d", d), Index("e", d)
    forward = attention(Tensor("Q", q, c), Tensor("K", k, c), Tensor("V", k, e))
    return gradient(forward, ["Q", "K", "V"], cotangent="O_bar", with_value=True)


@cache
def picture() -> Picture:
    return draw(attention_both_ways()).picture


def words(x: float, y: float, *runs: Run, size: float = 7.5, **more: object) -> Words:
    room = more.pop("room", 400.0)
    return Words(x, y, runs, size, 100.0, room, **more)  # type: ignore[arg-type]


def goal_page(step: int) -> Page:
    """The slide on attention at one of its three steps."""
    out: list[Element] = [
        words(LEFT, 24.5, "Attention, backward pass", size=16.5, bold=True),
        words(RIGHT, 21, f"step {step + 1} of 3", color="soft", anchor="right"),
        Line(LEFT, 31.5, RIGHT, 31.5),
        Box(LEFT, 44.7 + 30 * step, 240, 24, "tint", "accent", 0.7, 3),
    ]
    for k, (latex, reason) in enumerate(ROWS):
        y = 61.0 + 30 * k
        color: Color = "faint" if k > step else "ink"
        out.append(
            words(26, y, f"{k + 1}", size=9, bold=True, color="faint" if k > step else "accent")
        )
        out.append(Formula(39.6, y, latex, 12.5, 180, 190, color))
        beside: Color = "faint" if k > step else "soft"
        out.append(words(253, y, reason, size=7, italic=True, color=beside, anchor="right"))
    out.append(Line(269, 45, 269, 128, "accent", 1.2))
    said, chain = PANELS[step]
    for k, line in enumerate(said):
        out.append(words(277, 62.5 + 11.5 * k, *line, size=8.3, room=160))
    for k, latex in enumerate(chain):
        out.append(Formula(300, 90.0 + 23.5 * k, latex, 8.6, 120, 130))
    states = {t: "done" if k < step else "now" if k == step else "coming"
              for k, made in enumerate(MADE) for t in made}  # fmt: skip
    out.append(Drawn(LEFT, 134, 0.44, picture(), "The computation graph of attention", states))
    deviation = (
        "agrees with central differences: largest deviation 5·10⁻¹¹ (",
        Math("n = 6, d = 4"),
        ", every entry)",
    )
    out.append(words(LEFT, 244, *deviation, size=6.8, color="soft"))
    cost = ("forward ", Math("4n^2d"), ", backward ", Math("8n^2d"), " FLOPs in products")
    out.append(words(RIGHT, 244, *cost, size=6.8, color="soft", anchor="right"))
    return Page(tuple(out))


def goal(frames: int = 1) -> Film:
    pages = tuple(goal_page(k) for k in range(3))
    made = tuple(Frame("Attention, backward pass", pages) for _ in range(frames))
    return Film("Attention", "16:9", made, THEMES["light"])


AWKWARD = (
    'a "quoted" \\ backslash \\n \\u{41}',
    "#let x = 1 $y$ <label> @ref *bold* _it_ `raw` = title - item + 1. / t: u ~ -- ... ' \"",
    "// no comment /* none */ </script> https://a.b [c](d) {e} #panic()",
    "Ωμέγα größer naïve Привет ∂ ≤ ½ 5·10⁻¹¹",
    "lone \ud800 and \x00\x1b[0m\r\n\u2028 unprintable",
    "two  spaces,   three",
    "n" * 300,
    "",
)
CURVE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50">'
    b'<path d="M0 0 L100 50" stroke="#000000"/></svg>'
)


def awkward() -> Film:
    """Every kind of element, and text in which a typesetter might see commands."""
    lines = [words(20, 14 * k + 14, text, size=8) for k, text in enumerate(AWKWARD)]
    programs = [Code(20, 14 * k + 130, t, 6, 200) for k, t in enumerate(("  if x:  # $", *AWKWARD))]
    mixed: tuple[Run, ...] = ("so ", Math(r"x_{\text{a \%}}"), " and")
    others: list[Element] = [
        words(20, 250, *mixed, size=8, anchor="middle", bold=True),
        Formula(300, 40, r"\sum_{i} \frac{a_i}{b} \quad\text{for } \{i\}", 12, 100, 50, "good"),
        Box(300, 80, 50, 20),
        Box(300, 80, 50, 20, "shade", "line", 0.5, 0),
        Line(300, 120, 280, 100, "bad", 2),
        Drawn(300, 130, 0.2, picture(), 'a "title" <&> \\'),
        Plot(300, 200, 100, 50, CURVE, b"", AWKWARD[1]),
    ]
    full = Page((*lines, *programs, *others))
    frames = (
        Frame(AWKWARD[1], (full, Page(tuple(lines)), Page(()))),
        Frame("", (Page(()),), 'said\n\n#panic() <x> \\ "'),
        Frame(AWKWARD[3], (full,)),
    )
    return Film(AWKWARD[0], "4:3", frames, THEMES["warm"])
