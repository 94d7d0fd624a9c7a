"""Tests of `responders/proceedings`."""
