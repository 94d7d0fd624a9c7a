"""Judges what a post says: tone, matter, responsible bureau, urgency; whole batches at once, in numpy alone."""
