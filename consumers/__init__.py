"""UNDERSTAND: posts in, concerns out."""
