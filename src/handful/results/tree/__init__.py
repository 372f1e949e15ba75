"""What a tree for ArviZ holds, as plain arrays; ``results/datatree.py`` makes the xarray of it."""
