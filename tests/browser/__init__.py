"""Tests that drive a real Chromium over the real console."""
