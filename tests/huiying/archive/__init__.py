"""Tests of what single adapters of the archive do beyond its contract."""
