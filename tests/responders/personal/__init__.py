"""Personal requests."""
