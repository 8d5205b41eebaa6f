"""Curves become the same polygons on every processor."""

import numpy as np

from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.transform import Transform


def test_points_are_sums_of_products_in_a_fixed_order() -> None:
    # BLAS, to which numpy leaves matrix products, keeps more digits on processors that multiply and add in one step.
    corners = np.random.default_rng(3).uniform(-400, 400, (500, 4, 2))
    points = np.concatenate([corners, np.ones((500, 4, 1))], axis=2)
    curves = Curves(points, np.array([0]))
    transform, zoom = Transform.from_rotation((13.7, -5.1), 33.3), 10.3
    found = curves.to_polygons(transform, zoom, 1e9).points
    cos, sin, right, down = (value * zoom for value in transform)
    expected = [(cos * x - sin * y + right * 1.0, sin * x + cos * y + down * 1.0) for x, y in corners[:, 0].tolist()]
    assert found.tolist() == [list(point) for point in expected]
