"""Tests of the console: commands, screens, wiring."""
