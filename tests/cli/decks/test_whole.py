"""Whole decks: a page's, a layer's, a typed function's; every slide fits, references once."""

from argparse import Namespace

import pytest

from symnet.cli import names
from symnet.cli.decks.whole import Wanted, graph_deck, page_deck, title_of
from symnet.cli.subject import Subject
from symnet.cli.typed import Typed
from symnet.notation import CheckFailed
from symnet.render.decks.deck import Code, Cover, Derivation, Formulas, Points, References, Verdicts
from symnet.render.decks.slide_layout import film


def test_the_deck_of_a_page() -> None:
    deck = page_deck(names.page("softmax"), Wanted())
    kinds = [type(s) for s in deck.slides]
    assert kinds[0] is Cover
    assert kinds[-1] is References
    assert {Formulas, Derivation, Verdicts, Code, Points} <= set(kinds)
    verdicts = [c.verdict for s in deck.slides if isinstance(s, Verdicts) for c in s.claims]
    assert verdicts.count("refuted") == 2
    [references] = [s for s in deck.slides if isinstance(s, References)]
    assert len(set(references.items)) == len(references.items)
    assert film(deck).pages


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
def test_the_deck_of_a_layer(aspect: str) -> None:
    deck = graph_deck(Subject("attention", names.graph("attention")), Wanted(aspect))  # type: ignore[arg-type]
    assert deck.title == "Attention"
    [backward] = [s for s in deck.slides if isinstance(s, Derivation)]
    assert [r.key for r in backward.rows] == ["P_bar", "S_bar", "V_bar", "K_bar", "Q_bar"]
    if aspect == "16:9":
        assert backward.figure is not None
        assert backward.figure.order[1] == {"S"}
    assert "central differences" in str(backward.foot[0][0])
    assert str(backward.foot[1]).count("D + E") == 2


def test_a_typed_function() -> None:
    typed = Typed("np.sum((X@W - Y)**2)/12", {"X": "N,D", "W": "D,K", "Y": "N,K"}, {})
    deck = graph_deck(Subject("typed", typed.graph(), typed), Wanted(), ["W"])
    [backward] = [s for s in deck.slides if isinstance(s, Derivation)]
    assert [r.key for r in backward.rows][-1] == "W_bar"


def test_what_the_judges_do_not_confirm_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Namespace(passed=False)
    monkeypatch.setattr("symnet.cli.decks.passes.judged", lambda *_: failed)
    with pytest.raises(CheckFailed):
        graph_deck(Subject("softmax", names.graph("dense")), Wanted())


def test_titles() -> None:
    assert title_of(Subject("lstm", names.graph("lstm"))) == "LSTM"
    assert title_of(Subject("layer_norm", names.graph("layer_norm"))) == "Layer norm"
