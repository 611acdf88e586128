"""What word counts decide before training: which words stay, which serve as noise."""
