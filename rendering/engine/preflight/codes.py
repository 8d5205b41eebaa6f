"""The codes of findings: what each is about, which had another name once, and which leave nothing to publish."""

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    "blank_design": "Nothing is printed at all.",
    "checkerboard_in_photo": "A picture has the grey squares that programs show for transparency.",
    "code_covered": "Other layers hide more of a code than readers can make up for.",
    "code_small_in_preview": "A code is too small to be read in small previews.",
    "code_too_small": "The modules of a code are narrower than printers can print.",
    "code_unreadable": "A code cannot be read as it will be printed.",
    "color_out_of_gamut": "A colour is brighter than inks can be.",
    "color_not_allowed": "A colour is not among those of the print area.",
    "covered": "Other layers hide a layer.",
    "cut_through": "The blade cuts through a text or a code.",
    "duplicate_layer": "A layer is there twice.",
    "emoji_font_unusable": "The emoji font of the installation cannot be drawn.",
    "empty_layer": "A layer draws nothing.",
    "empty_placement": "A side of the product has nothing on it.",
    "gradient_not_allowed": "The technique prints no gradients and photos.",
    "invisible_on_product": "A colour cannot be told from the product's.",
    "letters_collide": "Letters overlap on a curve.",
    "letters_folded": "Fancy letters are drawn as plain ones.",
    "light_on_dark": "A code is lighter than what is beneath it.",
    "lines_touch": "Lines of text touch.",
    "logo_too_large": "A code's logo hides more than readers can make up for.",
    "low_contrast": "A text or a code is hard to read on what is beneath it.",
    "low_resolution": "A picture is too small for its size in print.",
    "missing_glyphs": "No font has some characters.",
    "no_bleed": "Art reaches the edge, but not the bleed.",
    "no_ink": "Nothing of a text is visible.",
    "outside_safe_zone": "A text or a code is too near to the edge.",
    "outside_trim": "A layer lies beyond the edge, wholly or in part.",
    "placeholder_dropped": "A placeholder character was left out.",
    "quiet_zone": "The margin around a code is too narrow.",
    "semi_transparent": "Soft edges and shadows do not print well with the technique.",
    "small_text": "Letters are smaller than the technique can print.",
    "substituted_font": "Some characters are drawn in another font.",
    "text_cut": "An ellipsis replaces the end of a text.",
    "text_overflow": "A text is larger than its box.",
    "text_shrunk": "A text was made smaller to fit.",
    "thin_gap": "Gaps are narrower than the technique can keep open.",
    "thin_line": "Lines are thinner than the technique can print.",
    "too_many_colors": "There are more colours than the technique or the print area allows.",
    "upscaled": "A picture is printed larger than its pixels are meant for.",
    "word_cut": "The end of a line cuts a word.",
}

RENAMED_CODES: Mapping[str, str] = {
    "font_substituted": "substituted_font",
    "missing_glyph": "missing_glyphs",
    "module_too_small": "code_too_small",
    "not_visible": "empty_layer",
    "off_canvas": "outside_trim",
    "text_overflows": "text_overflow",
}
"""From the code in stored findings of earlier versions to that of today."""

NOTHING_DRAWN = frozenset({"no_ink", "missing_glyphs"})
"""Codes which, as errors, say that a layer cannot be seen at all: even a preview of it would mislead."""
