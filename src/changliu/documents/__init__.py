"""Templates to PDF: numbered, versioned, hashed."""
