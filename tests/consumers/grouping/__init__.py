"""Tests of which posts tell of the same matter."""
