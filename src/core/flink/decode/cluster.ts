import * as z from 'zod/mini';
import type { ClusterOverview, TaskManagerInfo } from '../../../shared/model/flink';
import { count, decode, identifier, mapped, optionalFigure, optionalTime } from './decode';

/** One entry of `GET /jobmanager/config`; values that look secret are masked by Flink. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
}

const overview = mapped(
  (raw): ClusterOverview => ({
    flinkVersion: raw['flink-version'],
    taskManagers: raw.taskmanagers,
    slotsTotal: raw['slots-total'],
    slotsAvailable: raw['slots-available'],
  }),
  z.object({
    'flink-version': identifier,
    taskmanagers: count,
    'slots-total': count,
    'slots-available': count,
  }),
);

const taskManagers = z.object({
  taskmanagers: z.array(
    mapped(
      (raw): TaskManagerInfo => ({
        id: raw.id,
        path: raw.path,
        slotsTotal: raw.slotsNumber,
        slotsFree: raw.freeSlots,
        lastHeartbeat: raw.timeSinceLastHeartbeat ?? 0,
        ...(raw.hardware?.cpuCores === undefined ? {} : { cpuCores: raw.hardware.cpuCores }),
        ...(raw.hardware?.physicalMemory === undefined ? {} : { physicalMemory: raw.hardware.physicalMemory }),
      }),
      z.object({
        id: identifier,
        path: z.string(),
        slotsNumber: count,
        freeSlots: count,
        timeSinceLastHeartbeat: optionalTime,
        hardware: z.optional(z.object({ cpuCores: optionalFigure, physicalMemory: optionalFigure })),
      }),
    ),
  ),
});

const jobManagerConfig = z.array(z.object({ key: identifier, value: z.string() }));

/** `GET /overview`. */
export function decodeOverview(answer: unknown): ClusterOverview {
  return decode(overview, '/overview', answer);
}

/** `GET /taskmanagers`. A heartbeat that was never seen is 0. */
export function decodeTaskManagers(answer: unknown): readonly TaskManagerInfo[] {
  return decode(taskManagers, '/taskmanagers', answer).taskmanagers;
}

/** `GET /jobmanager/config`. */
export function decodeJobManagerConfig(answer: unknown): readonly ConfigEntry[] {
  return decode(jobManagerConfig, '/jobmanager/config', answer);
}
