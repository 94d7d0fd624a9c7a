"""Tests of what finds posts: crawlers/."""
