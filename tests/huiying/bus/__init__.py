"""Tests of what only the embedded bus does."""
