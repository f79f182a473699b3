"""BERT's encoder and heads: the tied table, the first place, what is refused."""

import pytest

from symnet.calculus import gradient
from symnet.layers import (
    Block,
    bert,
    join,
    masked_language_head,
    next_sentence_head,
    rules,
    softmax_cross_entropy,
)
from symnet.layers.catalogue.attention import ids, words
from symnet.notation import Index, IndexMismatch, Tensor
from symnet.render import text

D = Index("d", "D")
GELU = Block("H", "C", "F", activation="gelu")


def test_the_table_stands_in_front_and_behind() -> None:
    first = bert(ids(), ids(name="seg", below=2), D, GELU, 1)
    graph = join(first, masked_language_head(first.output, first.parameters[0]))
    assert [t.name for t in graph.parameters].count("E") == 1
    derived = gradient(graph, "E", "z_m_bar")
    assert text(derived).splitlines()[-1] == (
        "E_bar[v,d] = sum[n,t](e_m[n,t,d]*z_m_bar[n,t,v]) + sum[n,t: v = ids[n,t]](x_bar[n,t,d])"
    )


def test_the_next_sentence_is_read_off_the_first_place() -> None:
    graph = next_sentence_head(words(name="h"))
    assert text(graph).splitlines()[0] == (
        "c_s[n,j] = tanh(sum[d](h[n,0,d]*W_c_s[d,j]) + b_c_s[j])"
    )
    h_bar = text(gradient(graph, "h", "z_s_bar")).splitlines()[-1]
    assert h_bar.startswith("h_bar[n,t,d] = [t = 0]*")


def test_blocks_may_have_their_norms_first() -> None:
    block = Block("H", "C", "F", activation="gelu", pre_norm=True)
    graph = bert(ids(), ids(name="seg", below=2), D, block, 2)
    assert graph.output.name == "y_end"
    assert {"gamma", "gamma1_1", "gamma2_2", "gamma_end"} <= {t.name for t in graph.parameters}


def test_two_heads_on_one_trunk() -> None:
    first = bert(ids(), ids(name="seg", below=2), D, GELU, 1)
    words_head = masked_language_head(first.output, first.parameters[0])
    sentence = next_sentence_head(first.output)
    target = Tensor("next", Index("n", "N"), assume="integer", below=2)
    loss = softmax_cross_entropy(sentence.output, target, "_s")
    graph = join(first, words_head, sentence, loss)
    assert {"c_m", "W_s", "gamma_m", "W_q_1"} <= set(rules(graph))


def test_what_has_no_places_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="next_sentence_head: h has 1 axes"):
        next_sentence_head(Tensor("h", D))
