import * as z from 'zod/mini';
import { count, decode, identifier, mapped } from './decode';

/** A jar that was uploaded before: one row of `GET /jars`. */
export interface UploadedJar {
  /** `<uuid>_<name>.jar`: what `/jars/:id/run` asks for. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly uploadedAt: number;
  /** The programs that its manifest names. */
  readonly entryClasses: readonly string[];
}

const jars = z.object({
  files: z.array(
    mapped(
      (raw): UploadedJar => ({
        id: raw.id,
        name: raw.name,
        uploadedAt: raw.uploaded,
        entryClasses: (raw.entry ?? []).map(({ name }) => name),
      }),
      z.object({
        id: identifier,
        name: z.string(),
        uploaded: count,
        entry: z.nullish(z.array(z.object({ name: z.string() }))),
      }),
    ),
  ),
});

/** The id of a jar is the last segment of the path at which the server keeps it. */
const uploaded = z.object({
  filename: mapped((path): string => path.split(/[/\\]/).at(-1) ?? '', z.string().check(z.regex(/[^/\\]$/))),
});

const planned = z.object({ plan: z.unknown() });

const submitted = z.object({ jobid: identifier });

/** `GET /jars`. */
export function decodeJars(answer: unknown): readonly UploadedJar[] {
  return decode(jars, '/jars', answer).files;
}

/** `POST /jars/upload`: the id of the jar. */
export function decodeUpload(answer: unknown): string {
  return decode(uploaded, '/jars/upload', answer).filename;
}

/** `POST /jars/:id/run`: the id of the job. */
export function decodeRun(answer: unknown): string {
  return decode(submitted, '/jars/:id/run', answer).jobid;
}

/** `POST /jars/:id/plan`: the plan as Flink draws it. */
export function decodePlan(answer: unknown): unknown {
  return decode(planned, '/jars/:id/plan', answer).plan;
}
