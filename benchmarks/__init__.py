"""Benchmarks of drawing and of the running service; README.md lists them."""
