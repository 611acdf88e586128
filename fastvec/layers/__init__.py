"""Layers of neural models: forward and backward, by matrix products and kernels."""
