"""Tests of `responders/tasks`."""
