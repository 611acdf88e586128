"use strict";

let comboboxes = 0;

/**
 * A text field that proposes words: arrows move among them, Enter takes one, or what is typed if
 * nothing is proposed; Escape leaves.
 */
class Combobox {
  /**
   * find(query) gives words, or a promise of them; choose(word) is told what was taken.
   */
  constructor(input, list, find, choose) {
    Object.assign(this, { input, list, find, choose, words: [], active: -1, asked: 0 });
    this.pending = null;
    list.id = list.id || `results-${comboboxes++}`;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("autocomplete", "off");
    input.setAttribute("spellcheck", "false");
    list.setAttribute("role", "listbox");
    input.addEventListener("input", () => { this.pending = this.ask(); });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // The field keeps the focus, so that the list stays for the click.
      const entry = event.target.closest("li");
      if (entry) this.take(this.words[Number(entry.dataset.place)]);
    });
    this.close();
  }

  /** Ask for what is typed; an answer that a later one overtook is dropped. */
  async ask() {
    const number = ++this.asked;
    const query = this.input.value.trim();
    let words = [];
    try {
      if (query) words = await this.find(query);
    } catch {
      // Whoever is told what was typed will say what is wrong.
    }
    if (number === this.asked) this.open(words);
  }

  open(words) {
    this.words = words;
    this.active = words.length ? 0 : -1;
    this.list.replaceChildren(...words.map((word, place) => {
      const entry = made("li", wordElement(word));
      entry.id = `${this.list.id}-${place}`;
      entry.dataset.place = String(place);
      entry.setAttribute("role", "option");
      return entry;
    }));
    this.list.hidden = !words.length;
    this.mark();
  }

  close() {
    this.asked++;
    this.open([]);
  }

  mark() {
    [...this.list.children].forEach((entry, place) => {
      entry.setAttribute("aria-selected", String(place === this.active));
      if (place === this.active) entry.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const entry = this.list.children[this.active];
    if (entry) this.input.setAttribute("aria-activedescendant", entry.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** Take the marked word, or what is typed; the last answer may still be on its way. */
  async enter() {
    await this.pending;
    this.take(this.words[this.active] ?? this.input.value.trim());
  }

  take(word) {
    this.close();
    if (!word) return;
    this.input.value = word;
    this.choose(word);
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.words.length;
    if (event.key === "ArrowDown" && count) this.active = (this.active + 1) % count;
    else if (event.key === "ArrowUp" && count) this.active = (this.active - 1 + count) % count;
    else if (event.key === "Enter") this.enter();
    else if (event.key === "Escape" && count) this.close();
    else return;
    event.preventDefault();
    this.mark();
  }
}
