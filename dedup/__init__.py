"""Boilerplate-aware deduplication and corpus cleaning, Arabic first."""
