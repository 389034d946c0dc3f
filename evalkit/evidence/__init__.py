"""What findings say together."""
