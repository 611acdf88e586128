"""The models: a config each, one training loop, folders that hold what was learned."""
