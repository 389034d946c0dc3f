"""Ratings of evidence: one module a scheme, each a pure function of design and checks."""
