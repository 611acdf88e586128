"use strict";

/** Words against each other, and the one that fits least. */
class CompareTab {
  constructor(models) {
    this.columns = new Columns(element("compare-answer"), models);
    this.input = element("compare-words");
    element("compare-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.compare();
    });
  }

  focus() {
    this.input.focus();
  }

  compare() {
    const words = this.input.value.split(/\s+/).filter(Boolean);
    if (!words.length) return;
    this.columns.show("similarities", { words }, (answer) => this.draw(answer));
  }

  draw({ words, table, odd }) {
    const verdict = odd === null ? [] : [made("p", ["Odd one out: ", made("b", wordElement(odd))])];
    return [heatTable(words, table, 0), ...verdict];
  }
}
