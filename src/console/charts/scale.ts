/** A round number at or above `value`, with the steps on the way: 1, 2 or 5 times a power of ten apart. */
export function niceScale(value: number, steps = 4): number[] {
  if (value <= 0) return [0, 1];
  const rough = value / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  return Array.from({ length: Math.ceil(value / step - 1e-9) + 1 }, (_, i) => i * step);
}
