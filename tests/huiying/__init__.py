"""Tests of the language: huiying/."""
