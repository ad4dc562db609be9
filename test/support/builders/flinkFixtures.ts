import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Flink versions whose answers were recorded. */
export const recordedVersions = ['2.2.1', '1.20.5'] as const;
export type RecordedVersion = (typeof recordedVersions)[number];

/** One answer of a real Flink, its stack traces shortened. */
export interface RecordedAnswer {
  readonly status: number;
  readonly body: unknown;
}

export function recorded(version: RecordedVersion, name: string): RecordedAnswer {
  return JSON.parse(readFileSync(`${folder(version)}/${name}.json`, 'utf8')) as RecordedAnswer;
}

/** The bodies of all recorded answers of one version by name. */
export function recordedBodies(version: RecordedVersion): Readonly<Record<string, unknown>> {
  const names = readdirSync(folder(version)).map((file) => file.replace(/\.json$/, ''));
  return Object.fromEntries(names.map((name) => [name, recorded(version, name).body]));
}

function folder(version: RecordedVersion): string {
  return fileURLToPath(new URL(`../../fixtures/flink/${version}`, import.meta.url));
}
