"""A page of derivations/: definitions, hand formulas with their source, and the judges' verdict.

    Page = question, sections, what we learnt;   Section = graph, variables, claims

A claim is about a tensor that the section's graph or its gradient defines, or an identity between
such tensors, or a derivation in steps; it goes through the checker (verify.check).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from symnet.calculus import gradient
from symnet.cli.claim import Claim, Finding, check_claim
from symnet.notation import Graph
from symnet.render.latex import latex
from symnet.render.text import text
from symnet.verify.judge import Verdict, judge


@dataclass(frozen=True)
class Section:
    """A graph, the variables to differentiate by, and claims about its tensors and cotangents.

    Without variables the claims are about the graph's own tensors, and no judge is asked. A
    derivation is about the first variable.
    """

    title: str
    graph: Graph
    wrt: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def cotangent(self) -> str | None:
        """The name of the output's cotangent, if the output is not a scalar."""
        output = self.graph.outputs[0]
        return f"{output.name}_bar" if output.order else None

    def derived(self) -> Graph:
        """The gradient graph; the graph itself where there are no variables."""
        return gradient(self.graph, self.wrt, self.cotangent) if self.wrt else self.graph


@dataclass(frozen=True)
class Page:
    """What a script in derivations/ says. `sections` is called when the page is asked for."""

    name: str
    title: str
    question: str
    sections: Callable[[], list[Section]]
    learnt: str

    def run(self) -> bool:
        """Print the page; True if the judges passed and every claim came out as the page says."""
        return self.show(map(report_on, self.sections()))

    def show(self, reports: Iterable[Report]) -> bool:
        """Print the page with the reports on its sections; True if all of them passed."""
        good = True
        print(f"{self.title}\n{'=' * len(self.title)}\n\n{self.question.strip()}\n")
        for report in reports:
            print("\n".join(report.lines()), end="\n\n")
            good = good and report.passed
        print(f"What we learnt\n{'-' * 14}\n{self.learnt.strip()}")
        return good


@dataclass(frozen=True)
class Report:
    """The formulas of a section, the judges' verdict on them, and the findings on its claims."""

    section: Section
    derived: Graph
    verdict: Verdict | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def passed(self) -> bool:
        judged = self.verdict is None or self.verdict.passed
        return judged and all(f.as_expected for f in self.findings)

    @property
    def latex(self) -> str:
        """Rows for align*: the definitions, then the gradient."""
        rows = latex(self.section.graph)
        return f"{rows} \\\\\n{latex(self.derived, 'gradient')}" if self.section.wrt else rows

    def lines(self) -> Iterator[str]:
        """The section as text."""
        yield f"{self.section.title}\n{'-' * len(self.section.title)}"
        yield _indented(text(self.section.graph))
        if self.section.wrt:
            yield f"\ngradient with respect to {', '.join(self.section.wrt)}:\n"
            yield _indented(text(self.derived, "gradient"))
        yield f"\nin LaTeX:\n\n{_indented(self.latex)}\n"
        if self.verdict is not None:
            yield f"judges: {self.verdict}"
        for finding in self.findings:
            yield str(finding)


def report_on(section: Section, seed: int = 0) -> Report:
    """Derive, judge, and check the claims of a section."""
    derived = section.derived()
    verdict = judge(section.graph, section.wrt, seed) if section.wrt else None
    findings = tuple(
        check_claim(section.graph, derived, claim, section.wrt, seed) for claim in section.claims
    )
    return Report(section, derived, verdict, findings)


def _indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())
