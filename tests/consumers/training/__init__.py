"""Tests of how the model is trained and measured."""
