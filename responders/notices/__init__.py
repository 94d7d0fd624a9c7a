"""Notices 通知: who is told of what, by which channel, and that it went out."""
