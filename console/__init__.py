"""SHOW: command line, web console and the wiring of the whole house."""
