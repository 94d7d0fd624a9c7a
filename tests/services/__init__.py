"""Real Kafka, Elasticsearch and PostgreSQL on loopback, without Docker, for tests and benchmarks."""
