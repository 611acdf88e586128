"""The tagger: named entities, and other tags of words, on word vectors and ELMo."""
