"""Pictures continued past their edges."""

from PIL import Image


def extend_edges(image: Image.Image, margins: tuple[int, int, int, int]) -> Image.Image:
    """Return an image with margins (left, top, right, bottom; px) that repeat the px of its edges."""
    if not any(margins):
        return image
    left, above, right, below = margins
    wider = Image.new(image.mode, (image.width + left + right, image.height))
    wider.paste(image, (left, 0))
    for count, start, column in ((left, 0, 0), (right, left + image.width, image.width - 1)):
        if count:
            edge = image.crop((column, 0, column + 1, image.height))
            wider.paste(edge.resize((count, image.height), Image.Resampling.NEAREST), (start, 0))
    higher = Image.new(image.mode, (wider.width, image.height + above + below))
    higher.paste(wider, (0, above))
    for count, start, row in ((above, 0, 0), (below, above + image.height, image.height - 1)):
        if count:
            edge = wider.crop((0, row, wider.width, row + 1))
            higher.paste(edge.resize((wider.width, count), Image.Resampling.NEAREST), (0, start))
    return higher
