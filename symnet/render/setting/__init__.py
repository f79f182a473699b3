"""Mathematics as it is seen: outlines, MathML, and the doors to TeX, typst and a browser."""
