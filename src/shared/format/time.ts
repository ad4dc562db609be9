/** The time of day on this machine's clock: `22:13:20`. `ms` is milliseconds since the epoch. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** Date and time of day on this machine's clock: `2023-11-14 22:13:20`. */
export function formatDateTime(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${formatTime(ms)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
