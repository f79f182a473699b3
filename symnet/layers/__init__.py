"""Layers, losses and models: ready-made builders of Graphs. Mathematics only.

A layer is a function of Tensors and extents that returns a Graph; `join` makes one of several.
"""

from symnet.layers.activation import (
    ACTIVATIONS,
    activation,
    entrywise,
    leaky_relu,
    maximum,
    minimum,
    sigmoid_exponential,
    tanh_exponential,
)
from symnet.layers.attention import additive_attention, additive_pooling, attention
from symnet.layers.bert import bert, masked_language_head, next_sentence_head
from symnet.layers.catalogue import catalogue
from symnet.layers.convolution import (
    convolution,
    depthwise_convolution,
    pointwise_convolution,
    transposed_convolution,
)
from symnet.layers.dense import dense, linear
from symnet.layers.dropout import (
    dropout,
    gaussian_noise,
    stochastic_depth,
)
from symnet.layers.embedding import bert_input, embedding, tied_logits
from symnet.layers.evaluation import evaluation
from symnet.layers.feed_forward import feed_forward
from symnet.layers.gate import bilinear_gate, gate, glu
from symnet.layers.initial import (
    bernoulli,
    constant,
    fan_in_uniform,
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    lecun_normal,
    normal,
    rules,
    uniform,
    zeros,
)
from symnet.layers.loss import (
    add,
    binary_cross_entropy,
    l2_penalty,
    labels,
    mean_squared_error,
    softmax_cross_entropy,
)
from symnet.layers.model import chain, join, mlp, weights
from symnet.layers.multi_head import merge_heads, multi_head, multi_head_step, split_heads
from symnet.layers.normalisation import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from symnet.layers.objective.classes import (
    binary_focal,
    distillation,
    focal,
    selected_cross_entropy,
    smoothed_cross_entropy,
    smoothed_targets,
    weighted_cross_entropy,
)
from symnet.layers.objective.contrast import (
    info_nce,
    nt_xent,
)
from symnet.layers.objective.divergence import (
    jensen_shannon,
    kl_divergence,
)
from symnet.layers.objective.margin import (
    hinge,
    multi_margin,
)
from symnet.layers.objective.similarity import (
    cosine_embedding,
    cosine_similarity,
    margin_contrastive,
    triplet,
    unit,
)
from symnet.layers.objective.values import (
    huber,
    mean_absolute_error,
    smooth_l1,
)
from symnet.layers.pair import (
    column_attention,
    outer_product_mean,
    row_attention,
    transition,
    triangle_attention,
    triangle_multiplication,
)
from symnet.layers.pooling import average_pool, global_average_pool, global_max_pool, max_pool
from symnet.layers.position import learned_position, sinusoidal, sinusoidal_position
from symnet.layers.recurrent import (
    bidirectional,
    gru,
    last_state,
    length_mask,
    lstm,
    masked,
    readout,
    rnn,
    sequence_lengths,
    stack,
)
from symnet.layers.residual import dense_residual_block, residual, residual_block
from symnet.layers.reuse import reuse
from symnet.layers.sequence import sequence_decoder, sequence_encoder
from symnet.layers.softmax import log_softmax, softmax
from symnet.layers.transformer import (
    Block,
    decoder,
    decoder_block,
    decoder_memory,
    encoder,
    encoder_block,
)
from symnet.notation import Rule

__all__ = [
    "ACTIVATIONS",
    "Block",
    "Rule",
    "activation",
    "add",
    "additive_attention",
    "additive_pooling",
    "attention",
    "average_pool",
    "batch_norm",
    "bernoulli",
    "bert",
    "bert_input",
    "bidirectional",
    "bilinear_gate",
    "binary_cross_entropy",
    "binary_focal",
    "catalogue",
    "chain",
    "column_attention",
    "constant",
    "convolution",
    "cosine_embedding",
    "cosine_similarity",
    "decoder",
    "decoder_block",
    "decoder_memory",
    "dense",
    "dense_residual_block",
    "depthwise_convolution",
    "distillation",
    "dropout",
    "embedding",
    "encoder",
    "encoder_block",
    "entrywise",
    "evaluation",
    "fan_in_uniform",
    "fans",
    "feed_forward",
    "focal",
    "gate",
    "gaussian_noise",
    "global_average_pool",
    "global_max_pool",
    "glorot_normal",
    "glorot_uniform",
    "glu",
    "group_norm",
    "gru",
    "he_normal",
    "hinge",
    "huber",
    "info_nce",
    "instance_norm",
    "jensen_shannon",
    "join",
    "kl_divergence",
    "l2_penalty",
    "labels",
    "last_state",
    "layer_norm",
    "leaky_relu",
    "learned_position",
    "lecun_normal",
    "length_mask",
    "linear",
    "log_softmax",
    "lstm",
    "margin_contrastive",
    "masked",
    "masked_language_head",
    "max_pool",
    "maximum",
    "mean_absolute_error",
    "mean_squared_error",
    "merge_heads",
    "minimum",
    "mlp",
    "multi_head",
    "multi_head_step",
    "multi_margin",
    "next_sentence_head",
    "normal",
    "nt_xent",
    "outer_product_mean",
    "pointwise_convolution",
    "readout",
    "residual",
    "residual_block",
    "reuse",
    "rms_norm",
    "rnn",
    "row_attention",
    "rules",
    "selected_cross_entropy",
    "sequence_decoder",
    "sequence_encoder",
    "sequence_lengths",
    "sigmoid_exponential",
    "sinusoidal",
    "sinusoidal_position",
    "smooth_l1",
    "smoothed_cross_entropy",
    "smoothed_targets",
    "softmax",
    "softmax_cross_entropy",
    "split_heads",
    "stack",
    "stochastic_depth",
    "tanh_exponential",
    "tied_logits",
    "transition",
    "transposed_convolution",
    "triangle_attention",
    "triangle_multiplication",
    "triplet",
    "uniform",
    "unit",
    "weighted_cross_entropy",
    "weights",
    "zeros",
]
