"""A site teaches its judge."""
