const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The course of the last numbers in as many characters: `▁▂▅█`. One that never changes is a low line. */
export function sparkline(values: readonly number[], length = 12): string {
  const last = values.slice(-length).filter((value) => Number.isFinite(value));
  const least = Math.min(...last);
  const range = Math.max(...last) - least;
  return last
    .map((value) => bars[range === 0 ? 0 : Math.round(((value - least) / range) * (bars.length - 1))] ?? '')
    .join('');
}
