"""Tasks 交办任务: opening, the bureaus' desks, findings, and what happens when one is slow."""
