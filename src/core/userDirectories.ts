import { join } from 'node:path';
import envPaths from 'env-paths';

const defaults = envPaths('flink-playground', { suffix: '' });

/** Where downloads and class archives go: the setting, else the system's per-user place for caches. Safe to delete at any time. */
export function cacheDirectory(setting: string): string {
  return setting === '' ? defaults.cache : setting;
}

/** Where topics, checkpoints, logs and records of what runs go: the setting, else the system's per-user place for data. */
export function dataDirectory(setting: string): string {
  return setting === '' ? defaults.data : setting;
}

/** The local Maven repository; its files are used when their checksum is right. */
export function mavenRepository(home: string): string {
  return join(home, '.m2', 'repository');
}
