"use strict";

/**
 * A list of words and their similarities.
 * pick(word) makes each a button; shared, if given, is a set of words to set in bold.
 */
function ranking(entries, pick, shared) {
  return made("ol", entries.map(({ word, score }) => {
    const name = wordElement(word);
    if (shared && shared.has(word)) name.className = "shared";
    const parts = [name, meter(score), made("span", score.toFixed(2), "score")];
    const row = made(pick ? "button" : "div", parts, pick ? "" : "entry");
    if (pick) {
      row.type = "button";
      row.addEventListener("click", () => pick(word));
    }
    return made("li", row);
  }), "ranking");
}

/** A bar as long as the score's share of 1. */
function meter(score) {
  const inner = document.createElement("span");
  inner.style.width = `${Math.round(Math.min(Math.max(score, 0), 1) * 100)}%`;
  const outer = made("span", inner, "meter");
  outer.setAttribute("aria-hidden", "true");
  return outer;
}

/** A legend's entries: a dot and a name each. */
function legendEntries(legend) {
  return legend.map(({ name, colour }) => {
    const dot = document.createElement("span");
    dot.style.backgroundColor = colour;
    return made("li", [dot, wordElement(name)]);
  });
}
