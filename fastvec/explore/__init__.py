"""Models looked at in a browser: a server on this machine, for this machine only."""
