"""Proceedings 办理: the one engine that carries a matter through its procedure, with its clocks."""
