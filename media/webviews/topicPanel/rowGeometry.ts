/** The rows that exist, by sequence number; `end` is exclusive. */
export interface KeptRange {
  readonly first: number;
  readonly end: number;
}

/** What can be seen of the list, in pixels from its first row. */
export interface ScrollView {
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
  /** Rows drawn beyond the edges. */
  readonly overscan: number;
}

/** Browsers lay out no element higher than this (Chromium: 2^25 pixels). */
const highestElement = 33_000_000;

/** The height of a row for a font, in whole pixels, so that all rows of a full tail still fit into one element. */
export function rowHeightFor(fontSize: number, capacity: number): number {
  const comfortable = Math.max(18, Math.round((Number.isFinite(fontSize) ? fontSize : 13) * 1.7));
  return capacity > 0 ? Math.max(1, Math.min(comfortable, Math.floor(highestElement / capacity))) : comfortable;
}

/** Which rows to draw, counted from the first kept one; `to` is exclusive. */
export function visibleRows(kept: KeptRange, view: ScrollView): { readonly from: number; readonly to: number } {
  const count = kept.end - kept.first;
  const from = Math.floor(view.top / view.rowHeight) - view.overscan;
  const to = Math.ceil((view.top + view.height) / view.rowHeight) + view.overscan;
  const clamp = (row: number): number => Math.min(count, Math.max(0, row));
  return { from: clamp(from), to: clamp(to) };
}
