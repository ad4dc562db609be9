import { createHash } from 'node:crypto';
import { join, resolve, sep } from 'node:path';
import { PlaygroundError } from '../../util/errors';

/** Where the compose environment keeps what outlives the extension host: everything under `<dataDirectory>/compose`. */
export class ComposePaths {
  readonly root: string;
  readonly stateFile: string;
  readonly locks: string;
  /** The compose files, the build context and `.env`, as a person can use them from a terminal, too. */
  readonly project: string;

  constructor(dataDirectory: string) {
    this.root = resolve(dataDirectory, 'compose');
    this.stateFile = join(this.root, 'state.json');
    this.locks = join(this.root, 'lock');
    this.project = join(this.root, 'project');
  }

  /** The record of operations on jobs, beside nothing else: the data itself is in volumes of the engine. */
  operations(name: string): string {
    const folder = join(this.root, 'operations');
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new PlaygroundError('internal', `"${name}" is not usable as a file name.`);
    return path;
  }

  /** Everything that *Stop and Delete Data* removes. The locks stay: their numbers must go on growing. */
  get deletable(): readonly string[] {
    return [this.project, join(this.root, 'operations'), this.stateFile];
  }

  /** A short name for this data root, which our containers and volumes carry as a label. */
  get owner(): string {
    return createHash('sha256').update(this.root).digest('hex').slice(0, 16);
  }
}
