"""The bus 总线: messages between stages, at least once."""
