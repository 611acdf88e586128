"use strict";

function element(id) {
  return document.getElementById(id);
}

/** Make an element with text or children in it. */
function made(tag, content, kind) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  node.append(...[content].flat());
  return node;
}

/** A word as text that keeps its own direction of writing. */
function wordElement(word) {
  return made("bdi", word);
}
