"""The register's schema as it grew: alembic's environment and one file per revision."""
