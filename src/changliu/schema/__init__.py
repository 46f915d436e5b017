"""Objects and fields: definitions to physical plans, live DDL, the catalogue cached by version."""
