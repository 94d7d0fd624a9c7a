"""Tests of `responders/answers`."""
