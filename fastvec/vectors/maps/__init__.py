"""Maps of words: chosen, laid out in the plane, and drawn as a picture or a page."""
