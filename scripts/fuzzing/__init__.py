"""Fuzzing: what is tried on any bytes, and who makes them."""
