"""The office's decisions: `config/` read once into frozen, checked objects."""
