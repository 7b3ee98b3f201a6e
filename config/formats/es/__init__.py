"""Latin American Spanish."""
