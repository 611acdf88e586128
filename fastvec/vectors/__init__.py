"""Finished vectors: look-up, queries and files. Needs no Numba."""
