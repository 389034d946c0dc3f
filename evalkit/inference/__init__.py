"""Arrays in, intervals and p-values out."""
