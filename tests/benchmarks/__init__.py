"""Side-by-side timings, run by ``python -m tests.benchmarks.<name>``."""
