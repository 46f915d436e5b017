"""The functions a formula may call, one file per topic."""
