// Plain geometry of the charts.

export interface Point {
  x: number;
  y: number;
}

export function linear(from: [number, number], to: [number, number]): (value: number) => number {
  const [low, high] = from;
  const step = high === low ? 0 : (to[1] - to[0]) / (high - low);
  return (value) => to[0] + (value - low) * step;
}

/** Round values that divide low..high into about `about` parts. */
export function ticks(low: number, high: number, about = 4): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? rough;
  const found: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

const r = (value: number) => Math.round(value * 10) / 10;

/** A level curve through the points; a null breaks it, for nothing is known there. */
export function curve(points: (Point | null)[]): string {
  let path = "";
  let before: Point | null = null;
  for (const point of points) {
    if (point && before) {
      const bend = (point.x - before.x) * 0.4;
      path += `C${r(before.x + bend)},${r(before.y)} ${r(point.x - bend)},${r(point.y)} ${r(point.x)},${r(point.y)}`;
    } else if (point) path += `M${r(point.x)},${r(point.y)}`;
    before = point;
  }
  return path;
}

/** The area between two curves over the same places, in one closed piece for each run without nulls. */
export function band(upper: (Point | null)[], lower: (Point | null)[]): string {
  let path = "";
  let run: number[] = [];
  const close = () => {
    if (run.length > 1) {
      const there = curve(run.map((i) => upper[i]!));
      const back = curve(run.map((i) => lower[i]!).reverse());
      path += `${there}L${back.slice(1)}Z`;
    }
    run = [];
  };
  upper.forEach((point, i) => {
    if (point && lower[i]) run.push(i);
    else close();
  });
  close();
  return path;
}
