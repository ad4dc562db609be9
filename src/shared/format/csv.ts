/** What spreadsheets take for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;

/** A text as a cell of a CSV file; what a spreadsheet would run as a formula is made a text. */
export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
