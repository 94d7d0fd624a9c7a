"""What every adapter of a port must do, whichever store is behind it."""
