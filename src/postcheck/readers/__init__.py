"""Readers: one file a format; each turns what people keep posts in into drafts."""
