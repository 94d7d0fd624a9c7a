"""FIND: pages, feeds, interfaces and files in, raw posts out."""
