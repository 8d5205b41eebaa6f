"""Redis servers that do not work."""

UNREACHABLE_REDIS = "redis://:hunter2@127.0.0.1:1/0"  # nothing listens there
