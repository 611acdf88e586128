"use strict";

const PATIENCE = 400;

/** Answers side by side, a column for each model. */
class Columns {
  constructor(place, models) {
    this.place = place;
    this.models = models;
    this.asked = 0;
  }

  /**
   * Ask every model and show what draw(answer, all) makes of the answers, or the error.
   * Answers that a later question overtook are dropped.
   */
  async show(question, parameters, draw) {
    const number = ++this.asked;
    const patience = setTimeout(() => {
      if (number === this.asked) this.place.replaceChildren(made("p", "One moment …", "hint"));
    }, PATIENCE);
    const replies = await Promise.allSettled(this.models.map(
      ({ number: model }) => ask(question, { ...parameters, model })));
    clearTimeout(patience);
    if (number !== this.asked) return;
    const answers = replies.map((reply) => reply.value);
    this.place.replaceChildren(...replies.map((reply, place) => {
      const content = reply.status === "fulfilled"
        ? draw(reply.value, answers.filter((answer, other) => answer && other !== place))
        : made("p", reply.reason.message, "error");
      const title = this.models.length > 1 ? [made("h2", wordElement(this.models[place].name))] : [];
      return made("div", [...title, content].flat(), "column");
    }));
  }
}

/** Words of all models for what is typed, those of the first model first. */
async function proposals(models, query) {
  const lists = await Promise.all(
    models.map(({ number }) => ask("search", { query, model: number })));
  return [...new Set(lists.flat())].slice(0, 12);
}
