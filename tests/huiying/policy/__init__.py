"""Tests of the readers of the office's files."""
