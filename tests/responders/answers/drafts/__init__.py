"""Tests of what drafting rests on."""
