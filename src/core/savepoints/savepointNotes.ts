import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import { diskError } from '../environment/common/diskError';
import { systemCode } from '../util/errors';

/** What the windows across an operation came to, as it is kept with the operation. */
export interface GapNote {
  /** `lost`: clicks are missing or counted wrong. `unclear`: it could not be told. */
  readonly outcome: 'whole' | 'duplicates' | 'lost' | 'unclear';
  /** One or two sentences, localised when they were written. */
  readonly text: string;
}

export interface Notes {
  /** By the id of the operation. */
  readonly gaps: ReadonlyMap<string, GapNote>;
  /** Keys of savepoints that were deleted from here, so that the journal's word on them is no loss. */
  readonly deleted: ReadonlySet<string>;
}

/** The oldest are forgotten beyond this. */
const kept = 500;

const content = z.object({
  version: z.literal(1),
  gaps: z.array(
    z.object({
      operation: z.string(),
      outcome: z.enum(['whole', 'duplicates', 'lost', 'unclear']),
      text: z.string(),
    }),
  ),
  deleted: z.array(z.string()),
});

type Content = z.infer<typeof content>;

const empty: Content = { version: 1, gaps: [], deleted: [] };

/**
 * Remarks on operations and savepoints that are good to have and can be lost: a file that cannot be read counts as empty. They lie
 * beside the journal, and several windows write them: each write reads the file anew.
 */
export class SavepointNotes {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly file: string) {}

  async read(): Promise<Notes> {
    const { gaps, deleted } = await this.#afterTheLast(() => this.#read());
    return {
      gaps: new Map(gaps.map(({ operation, ...note }) => [operation, note])),
      deleted: new Set(deleted),
    };
  }

  /** @throws PlaygroundError `disk`. */
  noteGap(operation: string, note: GapNote): Promise<void> {
    return this.#change((now) => ({
      ...now,
      gaps: [...now.gaps.filter((gap) => gap.operation !== operation), { operation, ...note }].slice(-kept),
    }));
  }

  /** @throws PlaygroundError `disk`. */
  noteDeleted(key: string): Promise<void> {
    return this.#change((now) => ({
      ...now,
      deleted: [...now.deleted.filter((each) => each !== key), key].slice(-kept),
    }));
  }

  #change(change: (now: Content) => Content): Promise<void> {
    return this.#afterTheLast(async () => {
      const next = change(await this.#read());
      try {
        await mkdir(dirname(this.file), { recursive: true });
        await writeFileAtomic(this.file, JSON.stringify(next));
      } catch (error) {
        throw diskError(this.file, error);
      }
    });
  }

  async #read(): Promise<Content> {
    try {
      const parsed = z.safeParse(content, JSON.parse(await readFile(this.file, 'utf8')));
      return parsed.success ? parsed.data : empty;
    } catch (error) {
      if (error instanceof SyntaxError || systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR')
        return empty;
      throw error;
    }
  }

  #afterTheLast<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
