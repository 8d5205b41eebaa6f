"""Units of length in design_data."""

SQUARE_UNITS = 600  # square units along the shorter side of a print area; the short form measures in them
POINT_MM = 25.4 / 72  # mm
LENGTH_UNITS = ("mm", "pt", "square")
