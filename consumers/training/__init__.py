"""Rebuilds the shipped model from data sets and scores it; only this part of the consumers needs scipy and sklearn."""
