"""A softmax whose derivative was taken entry by entry, inside of a product."""

from symnet.verify.slips import suggestions
from tests.verify.slips.settings import Made


def test_query_of_attention() -> None:
    made = Made(
        "a = softmax(K@q, axis=0); (a@V)@g", {"K": "N D", "q": "D", "V": "N M", "g": "M"}, "q"
    )
    for claim in ("K.T@(a*(1 - a)*(V@g))", "K.T@(a*(V@g))"):
        slip = next(suggestions(made.setting(claim)))
        assert slip.kind == "normalisation path"
