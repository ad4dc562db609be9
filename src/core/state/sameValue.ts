/** Whether two snapshots of plain data say the same; `undefined` fields count as absent. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
