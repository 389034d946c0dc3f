"""How often the methods for few areas reject what is true, and find what is there (make calibrate)."""
