"""Tests of what understands posts."""
