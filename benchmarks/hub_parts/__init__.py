"""What the benchmark of the hub is made from."""
