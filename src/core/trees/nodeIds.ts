/** What an id of a node can name. */
export type IdPart =
  | 'environment'
  | 'other'
  | 'step'
  | 'notice'
  | 'service'
  | 'instance'
  | 'slot'
  | 'fact'
  | 'job'
  | 'group'
  | 'range'
  | 'vertex'
  | 'subtask'
  | 'checkpoint'
  | 'metric'
  | 'exception'
  | 'moment'
  | 'topic'
  | 'partition'
  | 'consumers'
  | 'member'
  | 'savepoint'
  | 'restore'
  | 'operation';

/** The id of a node: `job:694d…/vertex:cbc3…`. Names from elsewhere may hold any character. */
export function nodeId(...parts: readonly (readonly [part: IdPart, name: string])[]): string {
  return parts.map(([part, name]) => `${part}:${encodeURIComponent(name)}`).join('/');
}

/** What a node's id says of one part: the instance that a command of a menu is meant for, or a vertex's job. */
export function idPart(id: string, part: IdPart): string | undefined {
  const found = id.split('/').find((segment) => segment.startsWith(`${part}:`));
  return found === undefined ? undefined : decodeURIComponent(found.slice(part.length + 1));
}
