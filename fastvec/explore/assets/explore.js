"use strict";

/** The whole page: which tab is open, and the keys that all share. */
class Explore {
  constructor({ models, methods, mostPoints }) {
    const numbered = models.map((model, number) => ({ ...model, number }));
    const worded = numbered.filter((model) => model.words);
    const contextual = numbered.filter((model) => model.senses);
    this.tabs = {};
    if (worded.length) {
      this.tabs.neighbors = new NeighborsTab(worded);
      this.tabs.map = new MapTab(worded, mostPoints);
      this.tabs.analogy = new AnalogyTab(worded, methods);
      this.tabs.compare = new CompareTab(worded);
    }
    if (contextual.length) this.tabs.senses = new SensesTab(contextual);
    this.title(models);
    this.connect();
    const wanted = location.hash.slice(1);
    this.open(wanted in this.tabs ? wanted : Object.keys(this.tabs)[0]);
  }

  title(models) {
    element("models").replaceChildren(...models.flatMap((model, place) => {
      const size = model.words
        ? ` ${model.words.toLocaleString("en")} words × ${model.dim}` : " words in sentences";
      return [made("span", place ? " and " : ""), wordElement(model.name), made("span", size)];
    }));
    document.title = `${models.map((model) => model.name).join(", ")} · fastvec`;
  }

  buttons() {
    return [...document.querySelectorAll("[role=tab]")];
  }

  connect() {
    for (const button of this.buttons()) {
      const name = button.getAttribute("aria-controls");
      button.hidden = !(name in this.tabs);
      button.addEventListener("click", () => this.open(name));
    }
    addEventListener("hashchange", () => {
      const name = location.hash.slice(1);
      if (name in this.tabs && name !== this.current) this.open(name);
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  open(name) {
    this.current = name;
    for (const button of this.buttons()) {
      const chosen = button.getAttribute("aria-controls") === name;
      button.setAttribute("aria-selected", String(chosen));
      element(button.getAttribute("aria-controls")).hidden = !chosen;
    }
    history.replaceState(null, "", `#${name}`);
    this.tabs[name].focus();
  }

  key(event) {
    const typing = event.target.closest("input, textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const names = Object.keys(this.tabs);
    if (event.key === "/") this.tabs[this.current].focus();
    else if (names[Number(event.key) - 1]) this.open(names[Number(event.key) - 1]);
    else return;
    event.preventDefault();
  }
}

let explore = null;
ask("about").then((about) => {
  explore = new Explore(about);
}, (error) => {
  element("models").textContent = error.message;
});
