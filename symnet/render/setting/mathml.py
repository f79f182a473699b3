r"""LaTeX -> MathML, which browsers show without a script and without a network.

    \bar W_{ij} = \sum_n x_{ni}  =>  <math><msub><mover accent="true"><mi>W</mi>...

What symnet prints, and what a lecturer writes beside it: amsmath, no macros; anything else is
refused. Tried instead: latex2mathml, which leaves `\Bigl\lfloor`, `\operatorname{a\_b}` and
`\text{$x$}` as text, does not escape `&` and `<`, lets `\href{javascript:...}` pass and reads `2in`
as inches; bold letters and the space around `\log` are lost in browsers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from html import escape

from symnet.notation.errors import UnsupportedExpression
from symnet.render.formulas.macros import expanded
from symnet.render.setting.latex_scanner import Scanner
from symnet.render.setting.mathml_signs import (
    ACCENTS,
    ALPHABETS,
    HEIGHTS,
    NAMED,
    NAMED_WITH_LIMITS,
    SIGNS,
    SPACES,
    TABLES,
    TYPED,
    WIDE,
    styled,
)
from symnet.render.setting.mathml_space import (
    Atom,
    Kind,
    child,
    fence,
    named,
    set_row,
    sign,
    space,
    upright,
)

LONGEST = 20_000  # signs of one formula
DEEPEST = 60  # groups within groups
ENDS = ("", "}", "&", r"\\", r"\right", r"\end")
SPECIAL = "_%#&$ "  # signs that a word has after a backslash
SIDES = {"l": "left", "r": "right", "c": "center"}


@lru_cache(maxsize=4096)
def mathml(latex: str, block: bool = False) -> str:
    """One formula as a <math> element; `block` is displayed mathematics, in a line of its own.

    Raises UnsupportedExpression for LaTeX that has no meaning here.
    """
    if len(latex) > LONGEST:
        raise UnsupportedExpression(f"a formula of {len(latex)} signs; at most {LONGEST} are shown")
    body = set_row(Reader(expanded(latex), block).row(""), script=False)
    display = "block" if block else "inline"
    return f'<math display="{display}" alttext="{escape(latex)}">{body}</math>'


class Reader(Scanner):
    """Reads atoms: each construct by the method of its name."""

    def __init__(self, text: str, display: bool, depth: int = 0) -> None:
        super().__init__(text)
        self.display, self.script, self.depth = display, False, depth

    # -- rows and arguments -----------------------------------------------------------------

    def row(self, *ends: str) -> list[Atom]:
        """Atoms up to one of the ends, which is not taken."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal(f"more than {DEEPEST} groups within each other")
        out: list[Atom] = []
        while (token := self.peek()) not in ends:
            if token in ENDS:
                raise self.refusal(f"unexpected {token or 'end'}")
            self._join(out)
        self.depth -= 1
        return out

    def _join(self, out: list[Atom]) -> None:
        """One atom more, or scripts for the last one."""
        token = self.peek()
        if token in ("^", "_", "'"):
            has_base = out and out[-1].kind != "space"
            out.append(self.scripts(out.pop() if has_base else Atom("ordinary", "<mrow/>")))
        elif token in (r"\limits", r"\nolimits") and out:
            self.take()
            out.append(replace(out.pop(), limits=token == r"\limits"))
        else:
            out.append(self.atom())

    @contextmanager
    def style(self, display: bool = False, script: bool = False) -> Iterator[None]:
        """In it, mathematics is set as in a line of words, or as a script."""
        before = self.display, self.script
        self.display, self.script = display, script or self.script
        yield
        self.display, self.script = before

    def group(self, opening: str, closing: str) -> str:
        """What stands between two signs, as one element."""
        self.expect(opening)
        atoms = self.row(closing)
        self.expect(closing)
        return child(atoms, self.script)

    def argument(self) -> str:
        """A group or one sign, as one element."""
        token = self.peek()
        if token == "{":
            return self.group("{", "}")
        if token in (*ENDS, "^", "_"):
            raise self.refusal(f"expected an argument, found {token or 'the end'}")
        if token.isdigit():
            return f"<mn>{self.take()}</mn>"  # x^12 is x^1 2
        return child([self.atom()], self.script)

    def scripts(self, base: Atom) -> Atom:
        """The base with what stands below and above it, or beside it."""
        parts: dict[str, list[str]] = {"_": [], "^": []}
        with self.style(script=True):
            while (mark := self.peek()) in ("^", "_", "'"):
                if mark == "'":
                    parts["^"].append(self._primes())
                    continue
                self.take()
                if parts[mark] and not (mark == "^" and "′" in parts[mark][0]):
                    raise self.refusal(f"a second {mark}")
                parts[mark].append(self.argument())
        below, above = ("".join(p) if len(p) < 2 else _row("".join(p)) for p in parts.values())
        tags = ("munder", "mover", "munderover") if base.limits and self.display else (
            "msub", "msup", "msubsup")  # fmt: skip
        tag = tags[2] if below and above else tags[0] if below else tags[1]
        if 'stretchy="true"' in base.xml:  # by itself it would not grow
            base = replace(base, xml=_row(base.xml))
        return replace(base, xml=f"<{tag}>{base.xml}{below}{above}</{tag}>")

    def _primes(self) -> str:
        count = 0
        while self.takes("'"):
            count += 1
        return f"<mo>{('', '′', '″', '‴')[min(count, 3)]}</mo>"

    # -- one atom ---------------------------------------------------------------------------

    def atom(self) -> Atom:
        """The next atom, without its scripts."""
        token = self.peek()
        if token == "{":
            return Atom("ordinary", self.argument())
        if token.isascii() and token.isdigit():
            return Atom("ordinary", f"<mn>{self.number()}</mn>")
        self.take()
        if token in TYPED:
            return sign(*TYPED[token])
        if token.startswith("\\"):
            return self._command(token[1:])
        if token == "~":
            return Atom("space", space(SPACES[" "]))
        if token.isalpha():
            return Atom("ordinary", f"<mi>{escape(token)}</mi>")
        raise self.refusal(f"no meaning for {token}")

    def _command(self, name: str) -> Atom:
        if name in SPACES:
            return Atom("space", space(SPACES[name]))
        if name in SIGNS:
            return sign(*SIGNS[name])
        if name in NAMED:
            return named(name, name in NAMED_WITH_LIMITS)
        if name in ACCENTS:
            return self.accent(name)
        if name in ALPHABETS:
            return self.alphabet(ALPHABETS[name])
        if name in HEIGHTS:
            return self.sized(*HEIGHTS[name])
        if name not in COMMANDS:
            raise self.refusal(f"no meaning for \\{name}")
        return COMMANDS[name](self)

    def accent(self, name: str) -> Atom:
        wide = str(name in WIDE).lower()
        over = f'<mo stretchy="{wide}">{ACCENTS[name]}</mo>'
        return Atom("ordinary", f'<mover accent="true">{self.argument()}{over}</mover>')

    def alphabet(self, alphabet: str) -> Atom:
        """Letters in an alphabet that Unicode has: browsers ignore mathvariant="bold"."""
        word = self._word()
        tag = "mn" if word.isdigit() else "mi"
        made = "".join(styled(c, alphabet) for c in word)
        return Atom("ordinary", f"<{tag}>{escape(made)}</{tag}>")

    def roman(self) -> Atom:
        return Atom("ordinary", upright(self._word()))

    def operatorname(self) -> Atom:
        limits = self.takes("*")
        return named(self._word(), limits)

    def _word(self) -> str:
        token = self.peek()
        text = self.raw() if token == "{" else self.take()
        if text.startswith("\\") and text[1:] in SIGNS and text[1:] not in SPECIAL:
            return SIGNS[text[1:]][0]
        return self._plain(text, "\\{}^_&#%$")

    def _plain(self, text: str, refused: str) -> str:
        r"""A word, its escaped signs (a\_b) as they are."""
        hidden = {c: chr(0xE000 + k) for k, c in enumerate(SPECIAL)}
        for c, private in hidden.items():
            text = text.replace(f"\\{c}", private)
        if found := set(text) & set(refused):
            raise self.refusal(f"no meaning for {min(found)} in the word {text}")
        return "".join({v: k for k, v in hidden.items()}.get(c, c) for c in text)

    def words(self, style: str = "") -> Atom:
        """Text, in which $...$ is mathematics."""
        out = []
        for k, piece in enumerate(self.raw().replace(r"\$", "\ue004").split("$")):
            piece = piece.replace("\ue004", r"\$")
            if k % 2:
                out.append(child(Reader(piece, False, self.depth).row(""), False))
            elif piece:
                shown = escape(self._plain(piece, "\\{}^_&#%")).replace(" ", "\u00a0")
                out.append(f"<mtext{style}>{shown}</mtext>")
        return Atom("ordinary", out[0] if len(out) == 1 else _row("".join(out)))

    def fraction(self, display: bool | None = None) -> Atom:
        made = self._quotient("<mfrac>")
        if display is not None:
            made = f'<mstyle displaystyle="{str(display).lower()}">{made}</mstyle>'
        return Atom("inner", made)

    def binomial(self) -> Atom:
        made = self._quotient('<mfrac linethickness="0">')
        return Atom("inner", _row(f"{fence('(')}{made}{fence(')')}"))

    def _quotient(self, tag: str) -> str:
        with self.style():
            return f"{tag}{self.argument()}{self.argument()}</mfrac>"

    def root(self) -> Atom:
        with self.style(script=True):
            degree = self.group("[", "]") if self.peek() == "[" else ""
        inner = self.argument()
        made = f"<mroot>{inner}{degree}</mroot>" if degree else f"<msqrt>{inner}</msqrt>"
        return Atom("ordinary", made)

    def displayed(self, display: bool) -> Atom:
        """The rest of the group in display style, or in text style."""
        with self.style(display):
            rest = set_row(self.row(*ENDS), self.script)
        shown = str(display).lower()
        return Atom("ordinary", f'<mstyle displaystyle="{shown}">{rest}</mstyle>')

    # -- parentheses, and what stands below or above ----------------------------------------

    def _delimiter(self) -> str:
        token = self.take()
        if token == ".":
            return ""
        found = SIGNS.get(token[1:]) if token.startswith("\\") else TYPED.get(token)
        if found is None:
            raise self.refusal(f"expected a parenthesis, found {token or 'the end'}")
        return found[0]

    def sized(self, height: float, kind: Kind) -> Atom:
        return Atom(kind, fence(self._delimiter(), f' minsize="{height}em" maxsize="{height}em"'))

    def left(self) -> Atom:
        opened = fence(self._delimiter())
        inner = set_row(self.row(r"\right"), self.script)
        self.expect(r"\right")
        return Atom("inner", _row(f"{opened}{inner}{fence(self._delimiter())}"))

    def stacked(self, tag: str) -> Atom:
        with self.style(script=True):
            small = self.argument()
        base = (
            Reader(self.raw(), False, self.depth).row("") if self.peek() == "{" else [self.atom()]
        )
        kind = base[0].kind if len(base) == 1 else "ordinary"
        return Atom(kind, f"<{tag}>{child(base, self.script)}{small}</{tag}>")

    def brace(self, tag: str, text: str) -> Atom:
        made = f'<{tag}>{self.argument()}<mo stretchy="true">{text}</mo></{tag}>'
        return Atom("ordinary", made, limits=True)

    # -- tables -----------------------------------------------------------------------------

    def environment(self) -> Atom:
        name = self.raw()
        if name not in TABLES:
            raise self.refusal(f"no meaning for the environment {name}")
        opened, closed, columns = TABLES[name]
        if name == "array":
            columns = "".join(c for c in self.raw() if c in SIDES) or "c"
        lines = self._table(r"\end", columns, shown=columns == "rl")
        self.expect(r"\end")
        if self.raw() != name:
            raise self.refusal(f"expected the end of {name}")
        return Atom("inner", _row(f"{fence(opened)}{lines}{fence(closed)}"))

    def substack(self) -> Atom:
        self.expect("{")
        lines = self._table("}", "c", shown=False)
        self.expect("}")
        return Atom("ordinary", lines)

    def _table(self, end: str, columns: str, shown: bool) -> str:
        """Rows up to `end`; in `rl` right sides follow their left sides, without a gap."""
        rows: list[list[str]] = [[]]
        with self.style(display=shown):
            while True:
                atoms = self.row("&", r"\\", end)
                joins = columns == "rl" and len(rows[-1]) % 2
                rows[-1].append(set_row([Atom("ordinary", "")] * joins + atoms, self.script))
                if self.takes(r"\\"):
                    rows.append([])
                elif not self.takes("&"):
                    break
        made = "".join(f"<mtr>{_cells(r, columns)}</mtr>" for r in rows if r != [""])
        style = ' displaystyle="true"' if shown else ""
        return f"<mtable{style}>{made}</mtable>"


def _row(elements: str) -> str:
    return f"<mrow>{elements}</mrow>"


def _cells(row: list[str], columns: str) -> str:
    """Cells; browsers center them by themselves, and the other sides need to be told twice."""
    out = ""
    for k, cell in enumerate(row):
        side = SIDES[columns[k % 2] if columns == "rl" else columns[min(k, len(columns) - 1)]]
        tight = ("", ";padding-left:0", ";padding-right:0")[(columns == "rl") * (2 - k % 2)]
        tell = f' columnalign="{side}" style="text-align:-webkit-{side}{tight}"'
        out += f"<mtd{tell if side != 'center' else ''}>{cell}</mtd>"
    return out


COMMANDS: dict[str, Callable[[Reader], Atom]] = {
    **dict.fromkeys(("text", "textrm", "mbox", "textnormal"), Reader.words),
    "textbf": partial(Reader.words, style=' style="font-weight:bold"'),
    **dict.fromkeys(("textit", "emph"), partial(Reader.words, style=' style="font-style:italic"')),
    "texttt": partial(Reader.words, style=' style="font-family:monospace"'),
    "mathrm": Reader.roman,
    "operatorname": Reader.operatorname,
    "frac": Reader.fraction,
    "dfrac": partial(Reader.fraction, display=True),
    "tfrac": partial(Reader.fraction, display=False),
    "binom": Reader.binomial,
    "sqrt": Reader.root,
    "displaystyle": partial(Reader.displayed, display=True),
    "textstyle": partial(Reader.displayed, display=False),
    "left": Reader.left,
    **dict.fromkeys(("overset", "stackrel"), partial(Reader.stacked, tag="mover")),
    "underset": partial(Reader.stacked, tag="munder"),
    "underbrace": partial(Reader.brace, tag="munder", text="⏟"),
    "overbrace": partial(Reader.brace, tag="mover", text="⏞"),
    "begin": Reader.environment,
    "substack": Reader.substack,
}
