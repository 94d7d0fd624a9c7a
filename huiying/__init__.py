"""The language of Huiying 回应: its nouns, messages, stores and rules. It imports nothing else of the house."""

__version__ = "0.1.0"
