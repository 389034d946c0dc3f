"""What was done, why, where, by whom, and what was found; SQLModel lives here and nowhere else."""
