import type { TailRow } from '../../../src/shared/protocol/topicPanel';
import type { Column } from './columns';

/** The widest that a column other than the last gets by itself, in characters. */
const widestColumn = 24;
/** The width that the last column has at least, in characters: values are longer than a field. */
const lastColumn = { value: 24, other: 8 };
/** Headings stand in another font, and bold. */
const headingFactor = 1.2;
/** Pixels. */
export const narrowestColumn = 32;
export const widestGiven = 800;
export const usualColumn = 120;

interface Wanted {
  readonly columns: readonly Column[];
  readonly widths: Readonly<Record<string, number>>;
}

/**
 * How wide columns are: as wide as what they hold, up to a point, and never narrower again, so that nothing jumps; or as wide as
 * the person made them.
 */
export class ColumnWidths {
  /** In characters. */
  readonly #longest = new Map<string, number>();

  /** Sets the tracks of an element's grid for the rows that are drawn. */
  fit(
    element: HTMLElement,
    { columns, widths }: Wanted,
    rowOf: (number: number) => TailRow | undefined,
    numbers: readonly number[],
  ): void {
    const rows = numbers.map(rowOf).filter((row) => row !== undefined && row.gap === undefined);
    const tracks = columns.map((column, index) => {
      const { id, heading } = column;
      let longest = Math.max(this.#longest.get(id) ?? 0, Math.ceil(heading.length * headingFactor));
      for (const row of rows) if (row !== undefined) longest = Math.max(longest, column.text(row).length);
      this.#longest.set(id, Math.min(widestColumn, longest));
      if (index === columns.length - 1) {
        return `minmax(${id === 'value' ? lastColumn.value : lastColumn.other}ch, 1fr)`;
      }
      const width = Object.hasOwn(widths, id) ? widths[id] : undefined;
      return width === undefined ? `calc(${Math.min(widestColumn, longest)}ch + 16px)` : `${width}px`;
    });
    element.style.setProperty('--columns', tracks.join(' '));
  }
}

/** Follows the pointer from the grip of a heading until it is let go. */
export function dragWidth(event: PointerEvent, resized: (width: number) => void): void {
  const grip = event.currentTarget;
  if (!(grip instanceof HTMLElement) || grip.parentElement === null) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  const startWidth = grip.parentElement.getBoundingClientRect().width;
  const move = (moved: PointerEvent): void =>
    resized(Math.max(narrowestColumn, Math.round(startWidth + moved.clientX - event.clientX)));
  const end = (): void => {
    grip.removeEventListener('pointermove', move);
    grip.removeEventListener('lostpointercapture', end);
  };
  grip.addEventListener('pointermove', move);
  grip.addEventListener('lostpointercapture', end);
}
