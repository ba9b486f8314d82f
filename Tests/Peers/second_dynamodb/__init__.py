"""A second DynamoDB beside moto's: ministack, in a Python environment of its own."""
