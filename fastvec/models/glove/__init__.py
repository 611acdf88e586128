"""GloVe: vectors from co-occurrences."""
