"""The documentation: pages written by hand, and a reference that is generated."""
