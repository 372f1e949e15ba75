"""The rules of DESIGN section 2, read from the source, and tests that each rule can fail."""
