"""The register 台账: schema, transactions and the questions asked of it."""
