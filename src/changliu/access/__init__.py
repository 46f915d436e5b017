"""Who may see and change which rows and fields: grants and scopes to predicate trees."""
