"""Attempts to prove an estimate wrong."""
