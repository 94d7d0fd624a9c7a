"""Tests of the responders, on a real register."""
