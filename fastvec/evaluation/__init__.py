"""How good vectors are: analogies and word pairs, by the rules of those who published scores."""
