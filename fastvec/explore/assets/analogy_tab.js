"use strict";

/** A is to B as C is to what? */
class AnalogyTab {
  constructor(models, methods) {
    this.columns = new Columns(element("analogy-answer"), models);
    this.inputs = ["a", "b", "c"].map((name) => element(`analogy-${name}`));
    this.method = element("analogy-method");
    for (const [name, formula] of Object.entries(methods)) {
      this.method.append(new Option(`${name}: ${formula}`, name));
    }
    for (const input of this.inputs) {
      new Combobox(input, input.nextElementSibling, (query) => proposals(models, query),
        () => this.next(input));
    }
    element("analogy-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.solve();
    });
    this.method.addEventListener("change", () => this.solve());
  }

  focus() {
    this.inputs[0].focus();
  }

  /** After one word the next empty field; after the last one the answer. */
  next(input) {
    const empty = this.inputs.find((each) => !each.value.trim());
    if (empty) empty.focus();
    else this.solve();
    if (!empty) input.focus();
  }

  solve() {
    const [a, b, c] = this.inputs.map((input) => input.value.trim());
    if (!a || !b || !c) return;
    this.columns.show("analogy", { a, b, c, method: this.method.value },
      (answers) => ranking(answers, null));
  }
}
