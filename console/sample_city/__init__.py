"""The sample city of the demonstration: one invented day of public speech, served on loopback."""
