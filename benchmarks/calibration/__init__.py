"""How often intervals and tests are right, on simulated data (make calibrate)."""
