"""The SQL of calendars, due rows and the test clock."""
