/** Where a picture is looked at: moved and enlarged by pointer, wheel and key. */
export class View {
  x = $state(0);
  y = $state(0);
  scale = $state(1);
  #pointers = new Map<number, { x: number; y: number }>();
  moved = false;

  get transform(): string {
    return `translate(${this.x} ${this.y}) scale(${this.scale})`;
  }

  /** Shows a whole picture in a frame, not larger than life. */
  fit(width: number, height: number, frameWidth: number, frameHeight: number, least = 0.25): void {
    if (!width || !height || !frameWidth || !frameHeight) return;
    this.scale = Math.max(least, Math.min(1.1, (frameWidth - 24) / width, (frameHeight - 24) / height));
    this.x = Math.max(12, (frameWidth - width * this.scale) / 2);
    this.y = Math.max(12, (frameHeight - height * this.scale) / 2);
  }

  zoom(factor: number, aroundX: number, aroundY: number): void {
    const scale = Math.max(0.15, Math.min(4, this.scale * factor));
    this.x = aroundX - ((aroundX - this.x) * scale) / this.scale;
    this.y = aroundY - ((aroundY - this.y) * scale) / this.scale;
    this.scale = scale;
  }

  press(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.moved = false;
  }

  drag(event: PointerEvent, frame: DOMRect): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.x;
    const dy = event.clientY - before.y;
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)![1];
      const was = Math.hypot(before.x - other.x, before.y - other.y);
      const is = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (was > 0) this.zoom(is / was, (event.clientX + other.x) / 2 - frame.left, (event.clientY + other.y) / 2 - frame.top);
    } else if (this.moved || Math.hypot(dx, dy) > 3) {
      if (!this.moved) (event.currentTarget as Element).setPointerCapture(event.pointerId);
      this.moved = true;
      this.x += dx;
      this.y += dy;
    } else return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  release(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }
}
