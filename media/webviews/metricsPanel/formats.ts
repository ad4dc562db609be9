export interface ChartFormats {
  /** Short enough for an axis: `1.2K`. */
  axis(value: number): string;
  number(value: number): string;
  time(ms: number): string;
}

export function chartFormats(locale: string, timeZone: 'local' | 'utc'): ChartFormats {
  const locales = knownLocale(locale);
  const axis = new Intl.NumberFormat(locales, { notation: 'compact', maximumSignificantDigits: 4 });
  const number = new Intl.NumberFormat(locales, { maximumSignificantDigits: 5 });
  const time = new Intl.DateTimeFormat(locales, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  return {
    axis: (value) => axis.format(value),
    number: (value) => number.format(value),
    time: (ms) => time.format(ms),
  };
}

function knownLocale(locale: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}
