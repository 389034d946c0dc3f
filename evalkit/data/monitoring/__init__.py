"""Monitoring: what an indicator was, month by month, and when that is worth asking about."""
