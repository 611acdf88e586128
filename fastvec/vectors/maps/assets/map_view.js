"use strict";

const WHEEL_SPEED = 0.0016;
const KEY_PAN = 60;
const CLICK_SLOP = 5;
const REACH = { mouse: 12, touch: 26, pen: 18 };

/** A map on a canvas: zoom, pan and choice by pointer, touch and keys. */
class MapView {
  /**
   * on: {hover(point), select(point)}, each given a point or -1.
   */
  constructor(canvas, data, theme, on) {
    this.canvas = canvas;
    this.theme = theme;
    this.on = on;
    this.camera = new Camera();
    this.pointers = new Map();
    this.travel = 0;
    this.show(data);
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.listen();
  }

  /** Show another map. */
  show(data) {
    this.data = data;
    this.painter = new Painter(data, this.theme);
    this.selected = -1;
    this.hovered = -1;
    this.near = [];
    this.size();
    this.fit();
  }

  /** The rectangle of the plane that holds all points. */
  area() {
    const { x, y } = this.data;
    const [left, right] = ends(x), [top, bottom] = ends(y);
    return { left, right, top, bottom };
  }

  size() {
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * this.density);
    this.canvas.height = Math.round(this.height * this.density);
  }

  /** Keep the middle in the middle when the canvas changes its size. */
  resize() {
    if (this.canvas.clientWidth === this.width && this.canvas.clientHeight === this.height) return;
    const before = this.camera.scale / this.camera.fitted;
    const x = (this.width / 2 - this.camera.left) / this.camera.scale;
    const y = (this.height / 2 - this.camera.top) / this.camera.scale;
    this.size();
    this.camera.fit(this.area(), this.width, this.height);
    if (before > 1.01) {
      this.camera.scale *= before;
      this.camera.centre(x, y, this.width, this.height);
    }
    this.paint();
  }

  fit() {
    this.camera.fit(this.area(), this.width, this.height);
    this.invalidate();
  }

  zoom(factor) {
    this.camera.zoomAt(this.width / 2, this.height / 2, factor);
    this.invalidate();
  }

  /** Mark a point and those that belong to it. */
  focus(point, near) {
    this.hovered = point;
    this.near = near;
    this.invalidate();
  }

  /** The scale that shows a point and most of those that belong to it. */
  scaleAround(point) {
    const { x, y } = this.data, { fitted } = this.camera;
    const gaps = this.near.map((other) => Math.hypot(x[other] - x[point], y[other] - y[point]));
    const reach = gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.7)];
    const scale = reach ? Math.min(this.width, this.height) / 2.6 / reach : fitted * 2.5;
    return Math.min(Math.max(scale, fitted), fitted * 8);
  }

  /** Bring a point into the middle, near enough to read its surroundings. */
  goTo(point) {
    const { camera } = this;
    const wanted = this.scaleAround(point);
    const start = { scale: camera.scale, x: (this.width / 2 - camera.left) / camera.scale,
      y: (this.height / 2 - camera.top) / camera.scale };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const begun = performance.now(), lasts = still ? 1 : 260;
    const move = (now) => {
      const share = Math.min(Math.max((now - begun) / lasts, 0), 1);
      const eased = share * share * (3 - 2 * share);
      const between = (from, to) => from + (to - from) * eased;
      camera.scale = between(start.scale, wanted);
      camera.centre(between(start.x, this.data.x[point]), between(start.y, this.data.y[point]),
        this.width, this.height);
      this.paint();
      if (share < 1) requestAnimationFrame(move);
    };
    requestAnimationFrame(move);
  }

  invalidate() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.waiting = false;
    const context = this.canvas.getContext("2d");
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    this.painter.paint(context, this.camera, this.width, this.height, this.hovered, this.near);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => this.on.hover(-1));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  wheel(event) {
    event.preventDefault();
    const { x, y } = this.place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.camera.zoomAt(x, y, Math.exp(-event.deltaY * lines * WHEEL_SPEED));
    this.invalidate();
  }

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    this.travel = this.pointers.size > 1 ? Infinity : 0;
  }

  move(event) {
    const now = this.place(event), before = this.pointers.get(event.pointerId);
    if (!before) {
      this.on.hover(this.pointAt(event, now));
      return;
    }
    const others = [...this.pointers.entries()].filter(([id]) => id !== event.pointerId);
    if (others.length) this.pinch(before, now, others[0][1]);
    else this.camera.pan(now.x - before.x, now.y - before.y);
    this.travel += Math.hypot(now.x - before.x, now.y - before.y);
    this.pointers.set(event.pointerId, now);
    this.invalidate();
  }

  /** Two fingers: zoom about the one that rests, and follow the other. */
  pinch(before, now, other) {
    const gap = (place) => Math.max(Math.hypot(place.x - other.x, place.y - other.y), 1);
    this.camera.zoomAt(other.x, other.y, gap(now) / gap(before));
  }

  release(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.travel <= CLICK_SLOP) this.on.select(this.pointAt(event, this.place(event)));
  }

  pointAt(event, { x, y }) {
    return this.painter.pointAt(x, y, REACH[event.pointerType] || REACH.mouse);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pans = { ArrowLeft: [KEY_PAN, 0], ArrowRight: [-KEY_PAN, 0], ArrowUp: [0, KEY_PAN],
      ArrowDown: [0, -KEY_PAN] };
    if (pans[event.key]) this.camera.pan(...pans[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "0") this.fit();
    else if (event.key === "Escape") this.on.select(-1);
    else return;
    event.preventDefault();
    this.invalidate();
  }
}
