"use strict";

/** A table of cosines, each cell as strong in colour as its cosine is above the given one. */
function heatTable(names, table, above) {
  const heads = names.map((name) => made("th", wordElement(name)));
  const head = made("tr", [document.createElement("td"), ...heads]);
  const rows = table.map((cosines, row) => {
    const cells = cosines.map((cosine) => heatCell(cosine, above));
    return made("tr", [made("th", wordElement(names[row])), ...cells]);
  });
  const whole = made("table", [made("thead", head), made("tbody", rows)], "heat");
  return made("div", whole, "scroll");
}

function heatCell(cosine, above) {
  const cell = made("td", cosine.toFixed(2));
  const height = (cosine - above) / (1 - above || 1);
  const share = Math.round(Math.min(Math.max(height, 0), 1) * 55);
  cell.style.background = `color-mix(in srgb, var(--accent) ${share}%, var(--raised))`;
  return cell;
}
