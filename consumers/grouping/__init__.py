"""Which posts tell of the same matter: a deterministic single pass over sketches of their words."""
