"""The audit report: one page that makes a corpus visible, made from a run folder's files alone."""
