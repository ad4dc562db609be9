const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in units of 1024, as VS Code shows them: `484 KB`, `1.5 GB`. One decimal below ten, none for bytes. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const rounded = unit > 0 && value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${units[unit] ?? 'TB'}`;
}
