import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import lockFile from '../../../../../playground/artifacts.lock.json';

/** One file of a Maven repository, as it must be. */
export interface Artifact {
  /** `group:artifact:version`, with `:classifier` at the end where there is one. */
  readonly coordinates: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal, lower case. */
  readonly sha256: string;
}

/** `playground/artifacts.lock.json`: named class paths in their order. Written by `scripts/lockArtifacts.mjs`. */
export interface ArtifactLock {
  readonly sets: Readonly<Record<string, readonly Artifact[]>>;
}

export const artifactLock: ArtifactLock = lockFile;

/** `flink-core-2.2.1.jar`. */
export function jarName({ coordinates }: Artifact): string {
  const [, name = '', version = '', classifier] = coordinates.split(':');
  return `${name}-${version}${classifier === undefined ? '' : `-${classifier}`}.jar`;
}

/** The path below the root of any Maven repository, local or remote, with forward slashes. */
export function repositoryPath(artifact: Artifact): string {
  const [group = '', name = '', version = ''] = artifact.coordinates.split(':');
  return `${group.replaceAll('.', '/')}/${name}/${version}/${jarName(artifact)}`;
}

/** SHA-256 of a file, hexadecimal, read as a stream. Rejects with the system's error or the signal's reason. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}
