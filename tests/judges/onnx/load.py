"""The operator cases of the onnx package: attributes, inputs and expected outputs of one operator.

    node cases       onnx.backend.test: inputs and answers are what onnx's own scripts compute
    recorded cases   the folders beside them: models that torch exported, with its answers

Nothing here computes. A model of several operators, and data that are no tensors of numbers, are
refused with a reason. onnx seeds the generator of its inputs, so that a case is always the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

RECORDED = ("pytorch-converted", "pytorch-operator", "simple")


@dataclass(frozen=True)
class OnnxCase:
    """One operator with its attributes (defaults filled in) at one point.

    `inputs` and `outputs` stand as in the operator's definition; None where one is left out.
    `refused` says why the case cannot be read; then it has no inputs.
    """

    name: str
    operator: str
    version: int = 0
    attributes: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[np.ndarray | None, ...] = ()
    outputs: tuple[np.ndarray | None, ...] = ()
    refused: str = ""

    def input(self, k: int) -> np.ndarray | None:
        """The k-th input; None if it is left out."""
        return self.inputs[k] if k < len(self.inputs) else None

    def __getitem__(self, name: str) -> Any:
        """The attribute of that name; None if it is not given and has no default."""
        return self.attributes.get(name)


@cache
def cases() -> dict[str, OnnxCase]:
    """All cases by name, in a fixed order."""
    found = {case.name: case for case in (*_node_cases(), *_recorded_cases())}
    return dict(sorted(found.items()))


def _node_cases() -> Iterator[OnnxCase]:
    from onnx.backend.test.loader import load_model_tests

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        listed = load_model_tests(kind="node")
    for test in listed:
        inputs, outputs = test.data_sets[0]
        yield _read(test.name, test.model, inputs, outputs)


def _recorded_cases() -> Iterator[OnnxCase]:
    import onnx
    from onnx.backend.test import loader

    for kind in RECORDED:
        for folder in sorted(Path(loader.DATA_DIR, kind).iterdir()):
            data = folder / "test_data_set_0"
            if not (folder / "model.onnx").exists() or not data.is_dir():
                continue
            model = onnx.load(folder / "model.onnx")
            listed = []
            for word in ("input", "output"):
                files = sorted(data.glob(f"{word}_*.pb"), key=lambda p: int(p.stem.split("_")[1]))
                listed.append([_tensor(f) for f in files])
            yield _read(f"{folder.name}[{kind}]", model, *listed)


def _tensor(file: Path) -> np.ndarray | None:
    """The array in a file; None if it holds another message than a tensor, such as a sequence."""
    import onnx
    from google.protobuf.message import DecodeError
    from onnx import numpy_helper

    try:
        return numpy_helper.to_array(onnx.load_tensor(str(file)))
    except (DecodeError, TypeError):
        return None


def _read(name: str, model: Any, inputs: Any, outputs: Any) -> OnnxCase:
    nodes = model.graph.node
    if len(nodes) != 1 or model.functions:
        return OnnxCase(name, "", refused="a model of several operators")
    node = nodes[0]
    operator = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
    try:
        known = _initializers(model)
        given = [i.name for i in model.graph.input if i.name not in known]
        known.update(zip(given, map(_numbers, inputs), strict=False))
        version = _version(model, node.domain)
        return OnnxCase(
            name,
            operator,
            version,
            _attributes(node, version),
            tuple(known[x] if x else None for x in node.input),
            _named(node.output, [o.name for o in model.graph.output], outputs),
        )
    except _NoNumbers as e:
        return OnnxCase(name, operator, refused=str(e))


class _NoNumbers(Exception):
    """Data that are no tensor of numbers."""


def _numbers(value: Any) -> np.ndarray:
    """An array of numbers or truth values, of the type that it has."""
    if type(value).__name__ == "TensorProto":
        from onnx import numpy_helper

        value = numpy_helper.to_array(value)
    if isinstance(value, np.ndarray | np.generic):
        made = np.asarray(value)
        if made.dtype.kind in "fiub" or made.dtype.name == "bfloat16":
            return made
        kind = {"O": "text", "U": "text", "S": "text", "c": "complex numbers"}
        raise _NoNumbers(f"tensors of {kind.get(made.dtype.kind, str(made.dtype))}")
    if isinstance(value, int | float | bool):
        return np.asarray(value)
    raise _NoNumbers("sequences and optional values")


def _initializers(model: Any) -> dict[str, np.ndarray]:
    from onnx import numpy_helper

    return {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}


def _named(names: Any, known: list[str], arrays: Any) -> tuple[np.ndarray | None, ...]:
    by_name = dict(zip(known, map(_numbers, arrays), strict=False))
    return tuple(by_name.get(x) if x else None for x in names)


def _version(model: Any, domain: str) -> int:
    versions = {o.domain: o.version for o in model.opset_import}
    return int(versions.get(domain, versions.get("ai.onnx", 1)))


def _attributes(node: Any, version: int) -> dict[str, Any]:
    """The attributes as Python values; the defaults of that version where none is given."""
    import onnx

    out: dict[str, Any] = {}
    try:
        schema = onnx.defs.get_schema(node.op_type, version, domain=node.domain)
        given = [a.default_value for a in schema.attributes.values() if a.default_value.name]
    except onnx.defs.SchemaError:
        given = []
    for a in (*given, *node.attribute):
        value = onnx.helper.get_attribute_value(a)
        if isinstance(value, bytes):
            value = value.decode()
        elif isinstance(value, float):
            value = float(str(np.float32(value)))  # the number that was written
        elif isinstance(value, list | tuple):
            value = [float(str(np.float32(v))) if isinstance(v, float) else v for v in value]
            value = [v.decode() if isinstance(v, bytes) else v for v in value]
        out[a.name] = value
    return out
