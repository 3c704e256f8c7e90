"""What maintainers run now and then: measurements."""
