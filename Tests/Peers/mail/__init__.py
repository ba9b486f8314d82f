"""Mail servers that tests and pictures send to: a real MTA, and one that misbehaves."""
