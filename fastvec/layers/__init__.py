"""Layers with a forward and a backward, made of matrix products and fused kernels."""
