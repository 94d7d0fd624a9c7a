"""ACT: concerns in, alerts and tasks out."""
