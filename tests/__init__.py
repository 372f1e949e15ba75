"""The tests: they mirror src/handful, and judge it by laws, oracles, gates and rules."""
