/** A package that went into a bundle, with its licence. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** The packages of `node_modules` from which the files came, by name. */
export function noticesOf(root: string, inputs: readonly string[]): readonly Notice[];

/** What may not be shipped, in words. */
export function licenceFaults(notices: readonly Notice[]): readonly string[];

/** All of them as one text. */
export function noticesText(notices: readonly Notice[]): string;
