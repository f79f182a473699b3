"""All operators: those with builders, and those that are no mathematics of symnet, with a reason.

An operator in neither table is counted by its name.
"""

from __future__ import annotations

from tests.judges.onnx import (
    operators_attention,
    operators_elementwise,
    operators_lookup,
    operators_loss,
    operators_matrix,
    operators_normalisation,
    operators_recurrent,
    operators_reduction,
    operators_sequence,
    operators_shape,
    operators_training,
    operators_window,
)
from tests.judges.onnx.model import Table

TABLE: Table = {
    **operators_attention.TABLE,
    **operators_elementwise.TABLE,
    **operators_lookup.TABLE,
    **operators_loss.TABLE,
    **operators_matrix.TABLE,
    **operators_normalisation.TABLE,
    **operators_recurrent.TABLE,
    **operators_reduction.TABLE,
    **operators_sequence.TABLE,
    **operators_shape.TABLE,
    **operators_training.TABLE,
    **operators_window.TABLE,
}

BITS = "bits of whole numbers"
TYPES = "types of numbers: all are real"
ROUNDED = "rounding and remainders: their derivative is 0 wherever there is one"
QUANTISED = "quantised numbers"
SORTED = "sorting, and shapes that depend on values"
SAMPLED = "reading between the places of an array"
SPECTRA = "complex numbers"
DRAWN = "what onnx draws"
FLOW = "control flow"
NO_NUMBERS = "text, sequences, pictures, trees"
INFINITE = "tests for what is no number"

# an answer that onnx has written down with four digits
FOUR_DIGITS = frozenset({"test_averagepool_2d_ceil_last_window_starts_on_pad"})

OUT_OF_SCOPE: dict[str, str] = {
    **dict.fromkeys(("BitShift", "BitCast", "BitwiseAnd", "BitwiseOr"), BITS),
    **dict.fromkeys(("BitwiseXor", "BitwiseNot"), BITS),
    **dict.fromkeys(("Cast", "CastLike"), TYPES),
    **dict.fromkeys(("Ceil", "Floor", "Round", "Mod"), ROUNDED),
    **dict.fromkeys(("DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul"), QUANTISED),
    "QuantizeLinear": QUANTISED,
    **dict.fromkeys(("Compress", "NonMaxSuppression", "NonZero", "TopK", "Unique"), SORTED),
    **dict.fromkeys(("DeformConv", "GridSample", "Resize", "RoiAlign", "Upsample"), SAMPLED),
    **dict.fromkeys(("STFT", "MelWeightMatrix"), SPECTRA),
    "Bernoulli": DRAWN,
    **dict.fromkeys(("If", "Loop", "Scan", "OptionalGetElement", "OptionalHasElement"), FLOW),
    **dict.fromkeys(("ImageDecoder", "TfIdfVectorizer", "ai.onnx.ml.TreeEnsemble"), NO_NUMBERS),
    **dict.fromkeys(("ai.onnx.ml.ArrayFeatureExtractor", "ai.onnx.ml.Binarizer"), NO_NUMBERS),
    **dict.fromkeys(("IsInf", "IsNaN"), INFINITE),
}
