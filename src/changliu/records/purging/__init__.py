"""Taking the records of whole objects away for good, with all that was kept about them."""
