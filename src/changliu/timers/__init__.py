"""Working calendar, due rows, and the loop that fires them."""
