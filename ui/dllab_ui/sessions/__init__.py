"""Sessions on the screen: the manager, recovery, and looking at what another window trains."""
