"""The SQL of jobs, by what it is for: write, claim, listing, crons, workers."""
