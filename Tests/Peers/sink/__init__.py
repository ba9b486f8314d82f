"""Provider servers that cdnotify's tests and demo run against. See README.md."""
