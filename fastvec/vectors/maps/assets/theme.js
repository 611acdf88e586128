"use strict";

/** Colours as the page looks now, light or dark. */
class Theme {
  constructor(categories) {
    this.categories = categories;
    this.refresh();
  }

  /** Read the colours again, after the reader changed between light and dark. */
  refresh() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["paper", "ink", "faint", "line", "accent", "low", "high"]) {
      this[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.font = style.fontFamily;
    this.dark = matchMedia("(prefers-color-scheme: dark)").matches;
  }

  /** Call back whenever the reader changes between light and dark. */
  watch(changed) {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.refresh();
      changed();
    });
  }

  /** The colour of a group; lighter on a dark ground. */
  category(number) {
    const colour = this.categories[number % this.categories.length];
    return this.dark ? mixed(colour, "#ffffff", 0.3) : colour;
  }
}

/** A colour between two, both written #rrggbb; share 0 is the first. */
function mixed(first, second, share) {
  const part = (colour, place) => parseInt(colour.slice(place, place + 2), 16);
  return "#" + [1, 3, 5].map((place) => {
    const value = part(first, place) * (1 - share) + part(second, place) * share;
    return Math.round(value).toString(16).padStart(2, "0");
  }).join("");
}

const FREQUENCY_STEPS = 8;

/**
 * Sort the points by colour.
 * Returns {buckets: [{colour, points}], legend: [{name, colour}]}.
 */
function coloured(data, by, theme) {
  const groups = by === "groups" ? data.groups : by === "clusters" ? data.clusters : steps(data);
  const colour = by === "frequency"
    ? (group) => mixed(theme.low, theme.high, group / (FREQUENCY_STEPS - 1))
    : (group) => theme.category(group);
  const buckets = new Map();
  groups.forEach((group, point) => {
    if (!buckets.has(group)) buckets.set(group, []);
    buckets.get(group).push(point);
  });
  const ordered = [...buckets.entries()].sort(([first], [second]) => first - second);
  return {
    buckets: ordered.map(([group, points]) => ({ colour: colour(group), points })),
    legend: legendOf(data, by, colour, ordered.map(([group]) => group)),
  };
}

/** Steps from the rarest word, 0, to the commonest, by the logarithm of the rank. */
function steps(data) {
  const ranks = data.ranks.slice(0, data.points).map((rank) => Math.log(rank + 1));
  const [low, high] = ends(ranks);
  const width = high - low || 1;
  return ranks.map((rank) => Math.round((1 - (rank - low) / width) * (FREQUENCY_STEPS - 1)));
}

function legendOf(data, by, colour, groups) {
  if (by === "frequency") {
    return [
      { name: "rare", colour: colour(0) },
      { name: "common", colour: colour(FREQUENCY_STEPS - 1) },
    ];
  }
  if (by === "clusters") return [];
  return groups.map((group) => ({ name: data.groupNames[group], colour: colour(group) }));
}
