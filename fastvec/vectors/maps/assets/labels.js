"use strict";

const LABEL_HEIGHT = 17;
const LABEL_FONT = 13;

/**
 * Room for labels of one height. Two overlap only if they lie in the same row of this height or
 * in rows side by side, so each row holds the labels whose middle lies in it.
 */
class LabelRoom {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.rows = new Map();
  }

  /** Take the place if it is free; y is the middle. */
  take(left, y, width) {
    const half = LABEL_HEIGHT / 2;
    if (left < 2 || left + width > this.width - 2 || y < half || y > this.height - half) return false;
    const row = Math.floor(y / LABEL_HEIGHT);
    for (let near = row - 1; near <= row + 1; near++) {
      for (const other of this.rows.get(near) || []) {
        const apart = left >= other.right || left + width <= other.left;
        if (!apart && Math.abs(y - other.y) < LABEL_HEIGHT) return false;
      }
    }
    if (!this.rows.has(row)) this.rows.set(row, []);
    this.rows.get(row).push({ left, right: left + width, y });
    return true;
  }
}

/**
 * Place the labels of points, the first the most important, until there are enough.
 * Returns [{point, x, y}], y being the middle.
 */
function placeLabels(points, screenX, screenY, widthOf, room, most, gap) {
  const placed = [];
  for (const point of points) {
    if (placed.length >= most) break;
    const x = screenX[point], y = screenY[point];
    if (x < 0 || y < 0 || x > room.width || y > room.height) continue;
    const width = widthOf(point);
    const above = LABEL_HEIGHT / 2 + gap;
    const places = [[x + gap, y], [x - gap - width, y], [x - width / 2, y - above],
      [x - width / 2, y + above]];
    const free = places.find(([left, middle]) => room.take(left, middle, width));
    if (free) placed.push({ point, x: free[0], y: free[1] });
  }
  return placed;
}
