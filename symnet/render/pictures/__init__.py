"""Computation graphs as pictures: what is shown, where it goes, and each format."""
