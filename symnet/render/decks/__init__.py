"""Decks of slides: what they say, where it goes on a page, and each format."""
