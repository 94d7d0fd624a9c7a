"""One file per revision of the register's schema, each frozen once released."""
