import type { TailChoice, TailSpotlight, TailState } from '../../../src/shared/protocol/topicPanel';
import { noFilter, parseFilterChoice, type FilterChoice } from './filterChoice';
import { isTailSpotlight } from './guards';
import type { ListView } from './recordList';

/** How the person wants to see a topic. */
export interface PageSettings {
  readonly filter: FilterChoice;
  readonly spotlight: TailSpotlight | undefined;
  /** As the editor's setting has it unless chosen. */
  readonly isUtc: boolean | undefined;
  readonly showsHistogram: boolean;
  readonly fieldsAsColumns: boolean;
  /** Ids of columns. */
  readonly hidden: readonly string[];
  /** Pixels by ids of columns. */
  readonly widths: Readonly<Record<string, number>>;
}

export const defaultSettings: PageSettings = {
  filter: noFilter,
  spotlight: undefined,
  isUtc: undefined,
  showsHistogram: false,
  fieldsAsColumns: true,
  hidden: [],
  widths: {},
};

/**
 * What is kept of the page. By `topic` and `choice` the host opens the panel again after a reload of the window; `total` tells
 * whether the tail is still the one in which the rows had these numbers.
 */
export interface SavedPage {
  readonly topic: string;
  readonly choice: TailChoice;
  readonly total: number;
  readonly view: ListView | undefined;
  readonly settings: PageSettings;
}

/** The settings in what was kept; what is missing or wrong is as at first. */
export function parseSettings(saved: unknown): PageSettings {
  const settings = fieldsOf(fieldsOf(saved)['settings']);
  const { filter, spotlight, isUtc, showsHistogram, fieldsAsColumns, hidden, widths } = settings;
  const isWidth = (entry: readonly [string, unknown]): entry is [string, number] => typeof entry[1] === 'number';
  return {
    filter: parseFilterChoice(filter),
    spotlight: isTailSpotlight(spotlight) ? spotlight : undefined,
    isUtc: typeof isUtc === 'boolean' ? isUtc : undefined,
    showsHistogram: showsHistogram === true,
    fieldsAsColumns: fieldsAsColumns !== false,
    hidden: Array.isArray(hidden) ? hidden.filter((id) => typeof id === 'string') : [],
    widths: Object.fromEntries(Object.entries(fieldsOf(widths)).filter(isWidth)),
  };
}

/** Where the person was, when the tail is still the one that was looked at. */
export function parseView(saved: unknown, state: TailState): ListView | undefined {
  const { topic, total, view } = fieldsOf(saved);
  if (topic !== state.topic || typeof total !== 'number' || total > state.total) return undefined;
  const { following, top, selected } = fieldsOf(view);
  if (typeof following !== 'boolean' || typeof top !== 'number') return undefined;
  return { following, top, selected: typeof selected === 'number' ? selected : undefined };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
