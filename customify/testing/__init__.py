"""Test infrastructure: Valkey, PostgreSQL and S3 servers, child processes, a browser, and the fault harness."""
