/** A whole number with the separators of a locale (`en`, `de-CH`); of a locale that is not known, those of English. */
export function formatCount(value: number | bigint, locale: string): string {
  try {
    return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value);
  } catch {
    return new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(value);
  }
}
