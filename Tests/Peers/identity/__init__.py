"""Everything that gives AWS credentials, on loopback: see README.md."""
