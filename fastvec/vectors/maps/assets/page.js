"use strict";

/** The page of one map: what its controls do. */
class Page {
  constructor(data) {
    this.data = data;
    this.numbers = new Map(data.words.map((word, number) => [word, number]));
    this.theme = new Theme(data.colours);
    this.view = new MapView(element("map"), data, this.theme, {
      hover: (point) => this.show(point >= 0 ? point : this.view.selected),
      select: (point) => this.select(point),
    });
    this.theme.watch(() => this.colourBy(this.view.painter.by));
    element("caption").textContent = data.caption;
    this.hint = [...element("panel").childNodes];
    this.offerColours();
    this.connect();
  }

  offerColours() {
    const offers = [["groups", "by group"], ["clusters", "by cluster"], ["frequency", "by frequency"]];
    const select = element("colour");
    for (const [value, name] of offers.slice(this.data.groups ? 0 : 1)) {
      select.append(new Option(name, value));
    }
    select.addEventListener("change", () => this.colourBy(select.value));
    this.colourBy(select.value);
  }

  connect() {
    const drawn = this.data.words.slice(0, this.data.points);
    const search = new WordSearch(drawn, this.data.ranks);
    new Combobox(element("search"), element("results"), (query) => search.find(query),
      (word) => this.pick(word));
    element("zoom-in").addEventListener("click", () => this.view.zoom(1.5));
    element("zoom-out").addEventListener("click", () => this.view.zoom(1 / 1.5));
    element("fit").addEventListener("click", () => this.view.fit());
    element("export").addEventListener("click", () => this.save());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select")) return;
      event.preventDefault();
      element("search").select();
      element("search").focus();
    });
  }

  colourBy(by) {
    this.view.painter.colourBy(by);
    this.view.invalidate();
    element("legend").replaceChildren(...legendEntries(this.view.painter.legend));
    element("legend").hidden = !this.view.painter.legend.length;
  }

  /** Go to a word of the map. */
  pick(word) {
    const point = this.numbers.get(word);
    if (point === undefined || point >= this.data.points) return;
    this.select(point);
    this.view.goTo(point);
  }

  select(point) {
    this.view.selected = point;
    this.show(point);
  }

  /** Show a word's neighbors in the panel and the map. */
  show(point) {
    if (point === this.shown) return;
    this.shown = point;
    const near = point < 0 ? [] : this.data.neighbors[point].filter((n) => n < this.data.points);
    this.view.focus(point, near);
    element("panel").replaceChildren(...(point < 0 ? this.hint : this.facts(point)));
  }

  facts(point) {
    const { data } = this;
    const count = data.counts ? `, seen ${data.counts[point].toLocaleString("en")} times` : "";
    const fact = made("p", `word ${(data.ranks[point] + 1).toLocaleString("en")}${count}`, "fact");
    const entries = data.neighbors[point].map((number, place) => ({
      word: data.words[number], score: data.similarities[point][place],
    }));
    const list = ranking(entries, (word) => this.pick(word));
    data.neighbors[point].forEach((number, place) => {
      if (number < data.points) return;
      list.children[place].firstChild.disabled = true;
      list.children[place].title = "not in this map";
    });
    return [made("h2", wordElement(data.words[point])), fact, list];
  }

  /** Save what is shown as a picture. */
  save() {
    this.view.paint();
    this.view.canvas.toBlob((picture) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(picture);
      link.download = "map.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
}

const page = new Page(JSON.parse(element("data").textContent));
