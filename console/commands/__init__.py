"""The commands of `huiying`, by what they are about."""
