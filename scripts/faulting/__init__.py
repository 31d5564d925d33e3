"""Faults, one kind per function: what is done to a run, and whether everything was there afterwards."""
