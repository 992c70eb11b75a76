"""Renderers: one file a format; each says what was found and decides nothing."""
