"""Demo data: a bundle's recipe, a made-up company from it, written as one import."""
