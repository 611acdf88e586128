"use strict";

const FOUND_AT_MOST = 12;

/** Finds words that hold a text: the same first, then by how they begin, then by frequency. */
class WordSearch {
  constructor(words, ranks) {
    this.words = words;
    this.folded = words.map((word) => word.toLowerCase());
    this.order = [...words.keys()].sort((a, b) => ranks[a] - ranks[b]);
  }

  find(query) {
    const text = query.toLowerCase();
    const exact = [], begin = [], hold = [];
    for (const number of this.order) {
      const at = this.folded[number].indexOf(text);
      if (at < 0) continue;
      if (this.folded[number] === text) exact.push(number);
      else (at ? hold : begin).push(number);
    }
    const found = [...exact, ...begin, ...hold].slice(0, FOUND_AT_MOST);
    return found.map((number) => this.words[number]);
  }
}
