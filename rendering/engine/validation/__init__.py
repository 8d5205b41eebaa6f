"""Validation: from design_data as it was sent to a parsed design, or to all that is wrong with it.

A module of a kind of layer defines:

- `CHARACTER_FIELDS`: names of the fields whose characters count against the limit of a design;
- `check_fields(layer, pointer, bad, context, area)`: yields problems of the layer's raw fields with a product's rules,
  its fonts and assets; fields whose pointers are in `bad` have been found wrong already;
- `find_conflicts(layer, pointer)`: yields problems of a layer whose fields are each valid;
- `find_placement_conflicts(layers, pointer)`, optional: the same of all layers of the kind on a placement together.
"""
