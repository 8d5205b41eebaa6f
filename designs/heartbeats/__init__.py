"""Signs of life: a file for health checks beside the process, and a row that the whole deployment can read."""
