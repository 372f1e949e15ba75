"""Floor 5: pictures, drawn with matplotlib; axes in, axes out, and no global state is touched.

A plot is one file and three steps: the numbers (pure, a frozen dataclass), the layout, the marks.
"""
