"""Is this deployment healthy? Its parts, tried for real."""
