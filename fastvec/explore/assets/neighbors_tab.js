"use strict";

const NEIGHBORS_SHOWN = 20;

/** The nearest words of one word. */
class NeighborsTab {
  constructor(models) {
    this.columns = new Columns(element("neighbors-answer"), models);
    this.input = element("neighbors-word");
    new Combobox(this.input, this.input.nextElementSibling,
      (query) => proposals(models, query), (word) => this.ask(word));
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  ask(word) {
    if (!word) return;
    this.input.value = word;
    this.columns.show("neighbors", { word, topn: NEIGHBORS_SHOWN },
      (answer, others) => this.draw(answer, others));
  }

  draw({ word, rank, count, neighbors }, others) {
    const seen = count === null ? "" : `, seen ${count.toLocaleString("en")} times`;
    const fact = made("p", `word ${(rank + 1).toLocaleString("en")}${seen}`, "fact");
    const elsewhere = others.map((other) => new Set(other.neighbors.map((each) => each.word)));
    const shared = neighbors.filter((each) => elsewhere.some((words) => words.has(each.word)));
    if (others.length) fact.append(`; ${shared.length} of ${neighbors.length} in both, in bold`);
    const list = ranking(neighbors, (next) => this.ask(next),
      new Set(shared.map((each) => each.word)));
    return [made("h3", wordElement(word)), fact, list];
  }
}
