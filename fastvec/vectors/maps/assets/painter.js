"use strict";

const PIXELS_PER_LABEL = 5500;

/** Draws a map's points, labels and the lines to a word's neighbors. */
class Painter {
  constructor(data, theme) {
    this.data = data;
    this.theme = theme;
    this.screenX = new Float64Array(data.points);
    this.screenY = new Float64Array(data.points);
    this.widths = new Map();
    this.order = [...data.ranks.keys()].sort((a, b) => data.ranks[a] - data.ranks[b]);
    this.colourBy(data.groups ? "groups" : "clusters");
  }

  colourBy(by) {
    this.by = by;
    const { buckets, legend } = coloured(this.data, by, this.theme);
    this.buckets = buckets;
    this.legend = legend;
  }

  /** Draw all; focus is a point or -1, near the points that belong to it. */
  paint(context, camera, width, height, focus, near) {
    const { theme, data } = this;
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, width, height);
    for (let point = 0; point < data.points; point++) {
      this.screenX[point] = camera.toX(data.x[point]);
      this.screenY[point] = camera.toY(data.y[point]);
    }
    const radius = this.radius(camera, width, height);
    if (focus >= 0) this.paintLines(context, focus, near);
    this.paintPoints(context, width, height, radius, focus >= 0);
    const marked = focus >= 0 ? [focus, ...near] : [];
    if (marked.length) this.paintMarked(context, marked, radius);
    this.paintLabels(context, width, height, radius, marked);
  }

  /** Small points in a crowd; a little larger when zoomed in. */
  radius(camera, width, height) {
    const room = Math.sqrt(width * height / this.data.points);
    const zoom = Math.log2(camera.scale / camera.fitted + 1);
    return Math.min(Math.min(Math.max(0.16 * room, 1.6), 4.5) * (0.7 + 0.3 * zoom), 6);
  }

  paintLines(context, focus, near) {
    context.strokeStyle = this.theme.accent;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    context.beginPath();
    for (const point of near) {
      context.moveTo(this.screenX[focus], this.screenY[focus]);
      context.lineTo(this.screenX[point], this.screenY[point]);
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Draw points, one path a colour: a change of colour costs more than a circle. */
  paintPoints(context, width, height, radius, dimmed) {
    context.globalAlpha = dimmed ? 0.35 : 0.85;
    for (const { colour, points } of this.buckets) {
      context.fillStyle = colour;
      context.beginPath();
      for (const point of points) {
        const x = this.screenX[point], y = this.screenY[point];
        if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
  }

  paintMarked(context, marked, radius) {
    context.fillStyle = this.theme.accent;
    marked.forEach((point, place) => {
      context.beginPath();
      const size = place ? radius : radius + 2;
      context.arc(this.screenX[point], this.screenY[point], size, 0, 2 * Math.PI);
      context.fill();
    });
  }

  paintLabels(context, width, height, radius, marked) {
    const { theme, data } = this;
    const most = marked.length + Math.round(width * height / PIXELS_PER_LABEL);
    const order = marked.length ? [...new Set([...marked, ...this.order])] : this.order;
    const room = new LabelRoom(width, height);
    const font = `${LABEL_FONT}px ${theme.font}`;
    context.font = font;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = theme.paper;
    const widthOf = (point) => this.widthOf(context, point);
    const placed = placeLabels(order, this.screenX, this.screenY, widthOf, room, most, radius + 3);
    const belongs = new Set(marked);
    for (const { point, x, y } of placed) {
      const important = belongs.has(point);
      context.globalAlpha = marked.length && !important ? 0.45 : 1;
      context.fillStyle = important ? theme.accent : theme.ink;
      context.font = point === marked[0] ? `bold ${font}` : font;
      context.strokeText(data.words[point], x, y);
      context.fillText(data.words[point], x, y);
    }
    context.globalAlpha = 1;
  }

  /** The width of a word's label; measured once, since that is slow. */
  widthOf(context, point) {
    let width = this.widths.get(point);
    if (width === undefined) {
      width = context.measureText(this.data.words[point]).width + 4;
      this.widths.set(point, width);
    }
    return width;
  }

  /** The point within some pixels of a place, the nearest one; -1 if there is none. */
  pointAt(x, y, within) {
    let nearest = -1, least = within * within;
    for (let point = 0; point < this.data.points; point++) {
      const right = this.screenX[point] - x, down = this.screenY[point] - y;
      const distance = right * right + down * down;
      if (distance < least) [nearest, least] = [point, distance];
    }
    return nearest;
  }
}
