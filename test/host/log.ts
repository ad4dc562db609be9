/** Prints a line in the terminal of the run: of all that an extension host prints, the runner shows what begins so. */
export function log(line: string): void {
  console.log(`test: ${line}`);
}
