"""Training: optimisers as Graphs, minibatches, fit with checkpoints and resume, trained models."""

from symnet.train.data import split
from symnet.train.datasets import digits
from symnet.train.fingerprint import fingerprint
from symnet.train.generated import generated
from symnet.train.history import History
from symnet.train.initial import initialise
from symnet.train.loop import Fitted, fit
from symnet.train.model import Model, accuracy, load, r_squared, save
from symnet.train.optimizers import (
    OPTIMIZERS,
    Optimizer,
    adam,
    adamw,
    clipped,
    momentum,
    momentum_torch,
    nesterov,
    sgd,
)
from symnet.train.scaling import Scaling, scaling
from symnet.train.second_order import gauss_newton, newton
from symnet.train.streams import streams
from symnet.train.tables import REST, Table, convert_table, open_table, read_table
from symnet.train.text_file import TextFile, open_text

__all__ = [
    "OPTIMIZERS",
    "REST",
    "Fitted",
    "History",
    "Model",
    "Optimizer",
    "Scaling",
    "Table",
    "TextFile",
    "accuracy",
    "adam",
    "adamw",
    "clipped",
    "convert_table",
    "digits",
    "fingerprint",
    "fit",
    "gauss_newton",
    "generated",
    "initialise",
    "load",
    "momentum",
    "momentum_torch",
    "nesterov",
    "newton",
    "open_table",
    "open_text",
    "r_squared",
    "read_table",
    "save",
    "scaling",
    "sgd",
    "split",
    "streams",
]
