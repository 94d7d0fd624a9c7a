"""Tests of `responders/shift`."""
