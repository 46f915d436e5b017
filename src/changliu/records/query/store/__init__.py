"""The read's SQL: plans to statements, and running them."""
