"""Units of length in design_data."""

SQUARE_UNITS = 600  # square units along the shorter side of a print area; the short form measures in them
INCH_MM = 25.4
POINT_MM = INCH_MM / 72
LENGTH_UNITS = ("mm", "pt", "square")
