"""Validation: turns raw design_data into a parsed design, or into a list of all problems with it.

The module of a layer kind defines:

- `CHARACTER_FIELDS`: names of the fields whose characters count towards the limit of a design;
- `check_fields(layer, pointer, bad, context, area)`: checks the raw fields of a layer against the product's rules, the
  fonts and the assets, and yields problems; fields whose pointers are in `bad` are already reported;
- `find_conflicts(layer, pointer)`: yields problems of a layer whose fields are each valid;
- `find_placement_conflicts(layers, pointer)`, optional: yields problems of all layers of the kind on one placement.
"""
