import { formatCount } from './numbers';

/**
 * A metric's value as a person reads it: whole numbers with separators, others to three significant digits, texts as they
 * are, cut where they are long.
 */
export function formatMetric(value: string, locale: string): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value.length > 60 ? `${value.slice(0, 60)}…` : value;
  // Counters of 64 bits are not rounded to what a number can hold.
  if (/^-?\d+$/.test(value)) return formatCount(BigInt(value), locale);
  return Math.abs(number) >= 1000 ? formatCount(number, locale) : String(Number(number.toPrecision(3)));
}
