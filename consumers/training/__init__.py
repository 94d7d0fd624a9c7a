"""Rebuilds the shipped model from data sets and scores it; the only consumers that need scipy and sklearn."""
