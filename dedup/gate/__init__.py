"""The gate: is a scrape good enough, and has a site changed?"""
