"""Tests of `responders/notices`."""
