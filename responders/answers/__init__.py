"""Answers 回应稿: from the first sentence through the three gates to the published link."""
