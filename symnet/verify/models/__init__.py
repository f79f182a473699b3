"""Models: the kinds of number in which whole graphs are evaluated at once, array by array.

    real     float64; points at which a claim is refuted, and at which slips are looked for
    field    a prime field with signs, roots and exponentials: equality there is a proof

`evaluate` walks a graph; a model says what its operations are. Nothing is shared with the literal
interpreter, nor with generated code.
"""
