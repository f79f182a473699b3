"""Stories of who went where, each with a question: generated, in the manner of bAbI's first task.

    mary went to the office. john went to the garden. mary went to the kitchen. ..
    where is mary? kitchen

Each sentence has an actor and a place, drawn uniformly and independently. Asked is one of the
actors that occur, each with the same chance. The supporting fact is the last sentence with that
actor, the answer its place:

    fact[n] = max {i: actors[n,i] = asked[n]},  answer[n] = places[n,fact[n]]

Source: Weston et al. 2015, task 1. Ours: the law, and words in place of a simulated world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

ACTORS = ("mary", "john", "daniel", "sandra", "fred")
PLACES = ("bathroom", "bedroom", "garden", "hallway", "kitchen", "office")


@dataclass(frozen=True)
class Stories:
    """N stories of I sentences: actors and places (N, I), asked, answer and fact (N,).

    All are integers: actors and asked into ACTORS, places and answer into PLACES.
    """

    actors: Array
    places: Array
    asked: Array
    answer: Array
    fact: Array

    @property
    def counts(self) -> Array:
        """How often each word occurs in each sentence, (N, I, V): actors first, then places."""
        who, where = np.eye(len(ACTORS))[self.actors], np.eye(len(PLACES))[self.places]
        return np.concatenate([who, where], axis=-1)

    def sentences(self, n: int) -> list[str]:
        """Story n in words."""
        pairs = zip(self.actors[n], self.places[n], strict=True)
        return [f"{ACTORS[a]} went to the {PLACES[p]}" for a, p in pairs]


def stories(generator: np.random.Generator, count: int, sentences: int = 8) -> Stories:
    """So many stories, drawn from the generator."""
    actors = generator.integers(len(ACTORS), size=(count, sentences))
    places = generator.integers(len(PLACES), size=(count, sentences))
    mentioned = (actors[:, :, None] == np.arange(len(ACTORS))).any(axis=1)
    asked = np.where(mentioned, generator.random(mentioned.shape), -1.0).argmax(axis=1)
    fact = sentences - 1 - (actors[:, ::-1] == asked[:, None]).argmax(axis=1)
    return Stories(actors, places, asked, places[np.arange(count), fact], fact)
