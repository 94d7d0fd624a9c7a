"""Tests of the register, on a real database."""
