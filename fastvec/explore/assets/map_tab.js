"use strict";

const MAP_SIZES = [300, 1000, 2000, 5000];
const NEAR_SHOWN = 10;

/** A map for each model; a word chosen in one is shown in the other, too. */
class MapTab {
  constructor(models, mostPoints) {
    this.models = models;
    this.maps = [];
    this.asked = 0;
    this.chosen = null;
    this.top = element("map-top");
    this.method = element("map-method");
    this.colour = element("map-colour");
    const largest = Math.max(...models.map((model) => model.words));
    const sizes = MAP_SIZES.filter((size, place) => !place || (size <= mostPoints
      && MAP_SIZES[place - 1] < largest));
    this.top.append(...sizes.map((size) => new Option(size.toLocaleString("en"), String(size))));
    for (const select of [this.top, this.method]) {
      select.addEventListener("change", () => this.load());
    }
    this.colour.addEventListener("change", () => this.maps.forEach((map) => this.paint(map)));
    element("map-fit").addEventListener("click", () => this.maps.forEach(({ view }) => view.fit()));
    this.input = element("map-word");
    new Combobox(this.input, this.input.nextElementSibling, (query) => this.find(query),
      (word) => this.pick(word));
  }

  /** Lay the maps out when the tab is first opened. */
  focus() {
    if (!this.maps.length && !this.loading) this.load();
    this.input.focus({ preventScroll: true });
  }

  /** Lay the words out as chosen; principal components are there at once, t-SNE takes its time. */
  async load() {
    const number = ++this.asked, top = Number(this.top.value);
    this.loading = true;
    for (const method of new Set(["pca", this.method.value])) {
      this.say("Laying the words out …");
      try {
        const answers = await Promise.all(
          this.models.map((model) => ask("map", { method, top, model: model.number })));
        if (number !== this.asked) return;
        this.show(answers);
        this.say(answers.length > 1 ? "" : answers[0].caption);
      } catch (error) {
        if (number === this.asked) this.say(error.message);
      }
    }
    if (number === this.asked) this.loading = false;
  }

  say(text) {
    element("map-state").textContent = text;
  }

  show(answers) {
    if (!this.maps.length) this.maps = answers.map((data, place) => this.make(data, place));
    else answers.forEach((data, place) => this.maps[place].view.show(data));
    answers.forEach((data, place) => {
      const map = this.maps[place];
      map.numbers = new Map(data.words.map((word, point) => [word, point]));
      map.search = new WordSearch(data.words, data.ranks);
      map.near.replaceChildren();
      map.shown = -1;
      if (map.title) map.title.textContent = `${this.models[place].name}: ${data.caption}`;
      this.paint(map);
    });
    this.choose(this.chosen);
  }

  make(data, place) {
    const canvas = document.createElement("canvas");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "Map of words. Arrow keys move it, plus and minus zoom.");
    const map = { place, near: made("p", [], "near"), shown: -1 };
    map.title = this.models.length > 1 ? made("h2", "") : null;
    const parts = [map.title, made("div", canvas, "stage"), map.near].filter(Boolean);
    element("map-views").append(made("div", parts, "view"));
    map.theme = new Theme(data.colours);
    map.view = new MapView(canvas, data, map.theme, {
      hover: (point) => this.hover(map, point),
      select: (point) => this.select(map, point),
    });
    map.theme.watch(() => this.paint(map));
    return map;
  }

  paint({ view }) {
    view.painter.colourBy(this.colour.value);
    view.invalidate();
  }

  find(query) {
    return [...new Set(this.maps.flatMap((map) => map.search.find(query)))].slice(0, 12);
  }

  /** Mark the word under the pointer, in both maps. */
  hover(map, point) {
    if (map.view.hovered === point && point >= 0) return;
    const word = point < 0 ? null : map.view.data.words[point];
    for (const each of this.maps) {
      const there = word === null ? each.view.selected : each.numbers.get(word);
      this.mark(each, there === undefined ? -1 : there);
    }
  }

  select(map, point) {
    this.choose(point < 0 ? null : map.view.data.words[point]);
  }

  /** Choose a word and go to it, wherever it is. */
  async pick(word) {
    await this.choose(word);
    for (const { view } of this.maps) if (view.selected >= 0) view.goTo(view.selected);
  }

  choose(word) {
    this.chosen = word;
    return Promise.all(this.maps.map((map) => {
      const point = word === null ? undefined : map.numbers.get(word);
      map.view.selected = point === undefined ? -1 : point;
      map.shown = -2;
      return this.mark(map, map.view.selected);
    }));
  }

  /** Mark a point at once, and its neighbors when the server has named them. */
  async mark(map, point) {
    if (point === map.shown) return;
    map.shown = point;
    map.view.focus(point, []);
    if (point < 0) {
      map.near.replaceChildren();
      return;
    }
    const word = map.view.data.words[point];
    const parameters = { word, topn: NEAR_SHOWN, model: this.models[map.place].number };
    const { neighbors } = await ask("neighbors", parameters).catch(() => ({ neighbors: [] }));
    if (map.shown !== point || map.view.data.words[point] !== word) return;
    const near = neighbors.map((each) => map.numbers.get(each.word));
    map.view.focus(point, near.filter((other) => other !== undefined));
    map.near.replaceChildren(...this.list(map, word, neighbors));
  }

  list(map, word, neighbors) {
    const entries = neighbors.map(({ word: other, score }) => {
      const content = [wordElement(other), ` ${score.toFixed(2)}`];
      if (!map.numbers.has(other)) return made("span", content);
      const button = made("button", content);
      button.type = "button";
      button.addEventListener("click", () => this.pick(other));
      return button;
    });
    return [made("b", wordElement(word)), ...entries];
  }
}
