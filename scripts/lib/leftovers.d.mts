/** Processes that have all the texts on their command lines, ascending; Linux only. */
export function pidsByArgument(...texts: readonly string[]): number[];

/** Kills what a run left behind, by a folder of its own on the command lines; says how many there were. */
export function killByArgument(text: string): number;
