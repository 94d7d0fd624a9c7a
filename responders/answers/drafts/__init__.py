"""What drafting an answer 回应稿 rests on: sentences, their evidence, what a text must contain, and help."""
