"""Tests of `responders/scans`."""
