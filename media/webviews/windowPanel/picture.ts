import { fillIn } from '../../../src/shared/format/fillIn';
import { ledgerMarkKinds, type CellStatus, type LedgerWindow } from '../../../src/shared/model/ledger';
import type { WindowPanelState, WindowPanelStrings } from '../../../src/shared/protocol/windowPanel';
import { svgElement } from '../dom';
import type { Formats } from '../formats';
import { markSigns, signs } from './cellTexts';
import { cellStatuses } from './guards';

/** Drawings of which an SVG and a bitmap are made alike. Measures are pixels, `y` of a text is its baseline. */
type Shape =
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly color: string;
      readonly size: number;
      readonly middle?: true;
      readonly bold?: true;
    }
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill: string;
      readonly opacity: number;
      readonly stroke?: string;
      readonly dashed?: boolean;
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly font: string;
  readonly shapes: readonly Shape[];
}

/** Colours of the theme that the page has now. */
export interface PictureColors {
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  readonly good: string;
  readonly bad: string;
  readonly doubtful: string;
  readonly border: string;
}

const cell = 20;
/** So many windows are beside each other; older ones stand above. */
const windowsInARow = 60;
const labelEvery = 8;
const margin = 16;
const line = 18;
const font = 'system-ui, sans-serif';
const textSize = 12;
const bad: ReadonlySet<CellStatus> = new Set(['short', 'over', 'missing', 'conflicting']);

/** The account as a picture: the verdict and why, every cell with its sign, what happened, and what the signs mean. */
export function drawWindows(
  state: WindowPanelState,
  strings: WindowPanelStrings,
  formats: Formats,
  colors: PictureColors,
  measure: (text: string) => number,
): Picture {
  const { windows, marks, topic, sentence, reasons, expected } = state;
  const shapes: Shape[] = [];
  let y = margin;
  const text = (x: number, at: number, words: string, more: Partial<Shape & { kind: 'text' }> = {}): void => {
    shapes.push({ kind: 'text', x, y: at, text: words, color: colors.foreground, size: textSize, ...more });
  };
  const say = (words: string, more: Partial<Shape & { kind: 'text' }> = {}): void => {
    text(margin, (y += line), words, more);
  };
  say(`${topic}: ${sentence}`, { size: 16, bold: true });
  for (const reason of reasons) say(reason);
  say(fillIn(strings.expectation, formats.number(expected)), { color: colors.dim });
  const pages = windows[0]?.cells.map(({ page }) => page) ?? [];
  const labels = margin + Math.ceil(Math.max(0, ...pages.map(measure))) + 8;
  for (let from = 0; from < windows.length; from += windowsInARow) {
    const row = windows.slice(from, from + windowsInARow);
    y += line;
    row.forEach((window, column) => {
      const x = labels + column * cell;
      const kinds = new Set(marks.filter((mark) => mark.window === window.start).map(({ kind }) => kind));
      if (kinds.size > 0)
        text(x + cell / 2, y, Array.from(kinds, (kind) => markSigns[kind]).join(''), { middle: true });
      if (column % labelEvery === 0)
        text(x, y + line, formats.timeWithin(window.start, window.start), { color: colors.dim });
    });
    y += line + 6;
    pages.forEach((page, index) => {
      text(margin, y + 14, page);
      row.forEach((window, column) => shapes.push(...drawCell(window, index, labels + column * cell, y, colors)));
      y += cell;
    });
  }
  y += line / 2;
  for (const { at, kind, text: words } of marks) say(`${markSigns[kind]} ${formats.fullTime(at)}: ${words}`);
  const seen = new Set(windows.flatMap(({ cells }) => cells.map(({ status }) => status)));
  const known = [
    ...cellStatuses.filter((status) => seen.has(status)).map((status) => `${signs[status]} ${strings[status]}`),
    ...ledgerMarkKinds
      .filter((kind) => marks.some((mark) => mark.kind === kind))
      .map((kind) => `${markSigns[kind]} ${strings[kind]}`),
  ];
  say(known.join('   '), { color: colors.dim });
  const texts = shapes.map((shape) =>
    shape.kind === 'text' ? shape.x + measure(shape.text) * (shape.size / textSize) : 0,
  );
  const width = Math.ceil(Math.max(labels + Math.min(windows.length, windowsInARow) * cell, ...texts)) + margin;
  const height = y + margin;
  const ground: Shape = { kind: 'rect', x: 0, y: 0, width, height, fill: colors.background, opacity: 1 };
  return { width, height, font, shapes: [ground, ...shapes] };
}

function drawCell(window: LedgerWindow, index: number, x: number, y: number, colors: PictureColors): readonly Shape[] {
  const status = window.cells[index]?.status ?? 'unknown';
  const isBad = bad.has(status);
  const filled = isBad
    ? colors.bad
    : status === 'duplicated'
      ? colors.doubtful
      : status === 'exact'
        ? colors.good
        : undefined;
  return [
    {
      kind: 'rect',
      x: x + 1,
      y: y + 1,
      width: cell - 2,
      height: cell - 2,
      fill: filled ?? colors.background,
      opacity: filled === undefined ? 1 : 0.3,
      ...(status === 'exact' ? {} : { stroke: filled ?? colors.border }),
      dashed: status === 'missing' || status === 'notGenerated',
    },
    {
      kind: 'text',
      x: x + cell / 2,
      y: y + 14,
      text: signs[status],
      color: filled === undefined ? colors.dim : colors.foreground,
      size: 11,
      middle: true,
      ...(isBad ? { bold: true } : {}),
    },
  ];
}

/** The picture as an SVG document; texts become text, never markup. */
export function toSvg({ width, height, font: family, shapes }: Picture): string {
  const root = svgElement('svg', {
    width: String(width),
    height: String(height),
    viewBox: `0 0 ${width} ${height}`,
    'font-family': family,
  });
  for (const shape of shapes) {
    const { x, y } = shape;
    if (shape.kind === 'text') {
      const made = svgElement('text', {
        x: String(x),
        y: String(y),
        fill: shape.color,
        'font-size': String(shape.size),
      });
      if (shape.middle) made.setAttribute('text-anchor', 'middle');
      if (shape.bold) made.setAttribute('font-weight', '700');
      made.textContent = shape.text;
      root.append(made);
      continue;
    }
    const { fill, opacity, stroke, dashed } = shape;
    const size = { width: String(shape.width), height: String(shape.height) };
    const made = svgElement('rect', { x: String(x), y: String(y), ...size, fill, 'fill-opacity': String(opacity) });
    if (stroke !== undefined) made.setAttribute('stroke', stroke);
    if (dashed === true) made.setAttribute('stroke-dasharray', '3 2');
    root.append(made);
  }
  return new XMLSerializer().serializeToString(root);
}

/** The picture as a PNG in base64, with two dots for a pixel. */
export function toPng({ width, height, font: family, shapes }: Picture): string {
  const canvas = document.createElement('canvas');
  const scale = Math.min(2, 16_000 / Math.max(width, height));
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('There is no canvas.');
  context.scale(scale, scale);
  for (const shape of shapes) {
    if (shape.kind === 'text') {
      context.font = `${shape.bold === true ? '700 ' : ''}${shape.size}px ${family}`;
      context.textAlign = shape.middle === true ? 'center' : 'left';
      context.fillStyle = shape.color;
      context.fillText(shape.text, shape.x, shape.y);
      continue;
    }
    context.globalAlpha = shape.opacity;
    context.fillStyle = shape.fill;
    context.fillRect(shape.x, shape.y, shape.width, shape.height);
    context.globalAlpha = 1;
    if (shape.stroke === undefined) continue;
    context.setLineDash(shape.dashed === true ? [3, 2] : []);
    context.strokeStyle = shape.stroke;
    context.strokeRect(shape.x, shape.y, shape.width, shape.height);
  }
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

/** How wide a text of the usual size is. */
export function textMeasure(): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context !== null) context.font = `${textSize}px ${font}`;
  return (text) => context?.measureText(text).width ?? text.length * 7;
}
