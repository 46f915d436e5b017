"""Working calendar, due rows, and the loop that fires them; here too the clock tests may move."""
