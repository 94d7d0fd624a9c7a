"""Whole chains: real processes, real stores, and what is left when they are killed."""
