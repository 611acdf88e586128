"use strict";

/** One word in several sentences: how near its vectors are, layer by layer. */
class SensesTab {
  constructor(models) {
    this.columns = new Columns(element("senses-answer"), models);
    this.layer = element("senses-layer");
    this.layer.append(new Option("top", "-1"));
    element("senses-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.compare();
    });
    this.layer.addEventListener("change", () => this.compare());
  }

  focus() {
    element("senses-word").focus();
  }

  compare() {
    const word = element("senses-word").value.trim();
    const sentences = element("senses-sentences").value.split("\n").filter((line) => line.trim());
    if (!word || !sentences.length) return;
    this.columns.show("senses", { word, sentences }, (answer) => this.draw(answer));
  }

  draw({ occurrences, layers }) {
    this.offer(layers.length);
    const table = layers.at(Number(this.layer.value)) || layers.at(-1);
    const [low] = ends(table.flat()); // One word's vectors are always near; what counts is how near.
    const names = occurrences.map((_, number) => String(number + 1));
    const sentences = occurrences.map(({ tokens, place }) => made("li", tokens.flatMap(
      (token, at) => [at === place ? made("b", wordElement(token)) : wordElement(token), " "])));
    return [made("ol", sentences, "sentences"), heatTable(names, table, low)];
  }

  /** Offer as many layers as there are. */
  offer(count) {
    for (let layer = this.layer.options.length - 1; layer < count; layer++) {
      this.layer.append(new Option(layer ? String(layer) : "0, words alone", String(layer)));
    }
  }
}
