/** What an answer with so many rows costs Flink and this process may be asked once an interval. */
const rowsAnInterval = 400;

/** How many whole intervals to wait before a list of so many rows is read again: what looking costs must not grow with the cluster. */
export function patienceFor(rows: number): number {
  return Math.max(1, Math.ceil(rows / rowsAnInterval));
}
