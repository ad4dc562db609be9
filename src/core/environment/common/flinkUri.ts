/**
 * A path as Flink wants it in its settings. Flink does not decode percent signs there: an encoded space would become a folder
 * named `%20`, so the path is written as it is.
 */
export function flinkUri(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  return slashes.startsWith('/') ? `file://${slashes}` : `file:///${slashes}`;
}
