"use strict";

const MOST_ZOOM = 200;

/** The smallest and the largest of many numbers. */
function ends(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Which part of the plane is shown: places of the map to pixels and back. */
class Camera {
  constructor() {
    this.scale = 1;
    this.left = 0;
    this.top = 0;
    this.fitted = 1;
  }

  /** Show a rectangle {left, top, right, bottom} of the plane whole. */
  fit(area, width, height) {
    const margin = Math.min(60, width / 8, height / 8);
    const across = Math.max(area.right - area.left, 1), down = Math.max(area.bottom - area.top, 1);
    this.scale = Math.min((width - 2 * margin) / across, (height - 2 * margin) / down);
    this.fitted = this.scale;
    this.centre((area.left + area.right) / 2, (area.top + area.bottom) / 2, width, height);
  }

  /** Put a place into the middle. */
  centre(x, y, width, height) {
    this.left = width / 2 - x * this.scale;
    this.top = height / 2 - y * this.scale;
  }

  toX(x) {
    return x * this.scale + this.left;
  }

  toY(y) {
    return y * this.scale + this.top;
  }

  /** Move what is shown by pixels. */
  pan(right, down) {
    this.left += right;
    this.top += down;
  }

  /** Zoom so that what is at a pixel stays there. */
  zoomAt(x, y, factor) {
    const scale = Math.min(Math.max(this.scale * factor, this.fitted / 2), this.fitted * MOST_ZOOM);
    this.left = x - (x - this.left) * scale / this.scale;
    this.top = y - (y - this.top) * scale / this.scale;
    this.scale = scale;
  }
}
