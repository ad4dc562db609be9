/** A number a second in three significant digits: `0.4/s`, `12/s`, `1.2 k/s`, `34 M/s`. */
export function formatRate(perSecond: number): string {
  const value = Math.max(0, perSecond);
  if (value >= 999_500) return `${short(value / 1_000_000)} M/s`;
  if (value >= 9995) return `${short(value / 1000)} k/s`;
  return `${short(value)}/s`;
}

/** A share of 0 to 1 as a whole percentage: `12 %`. */
export function formatShare(share: number): string {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 100)} %`;
}

function short(value: number): string {
  if (value === 0) return '0';
  return value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}
