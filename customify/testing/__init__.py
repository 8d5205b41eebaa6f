"""The pytest plugin: real Valkey, PostgreSQL and S3 servers, processes and a browser for tests."""
