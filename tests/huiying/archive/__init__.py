"""Tests of what only the embedded archive does."""
