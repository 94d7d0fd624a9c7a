"""One script for each figure that the project publishes."""
