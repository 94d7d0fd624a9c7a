"""Tests of how posts are judged, on the shipped model."""
