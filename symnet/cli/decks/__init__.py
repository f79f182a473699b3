"""Decks of slides: of a page of derivations/, of a layer, of a typed function.

    definition -> picture -> backward pass, a step a page -> matrix form -> hand formulas -> code

Here everything is joined: formulas that were derived and judged, claims with their verdicts, costs.
"""
