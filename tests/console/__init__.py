"""Tests of console/: every screen and every door, on real stores."""
