import type { Column } from './data.ts';

/*
 * A column is a string of one UTF-16 unit per number: it parses as fast as any JSON string, reads by charCodeAt without
 * a copy, and gzip sees one byte where a list of numbers has digits and commas. Values start at `#` so that the common
 * small ones need no JSON escape.
 */
const base = 35;

/** Largest number a column can carry. */
const columnMaximum = 0xffff - base;

/** Collects a column. Throws RangeError for a value that is no whole number from 0 to {@link columnMaximum}. */
export class ColumnWriter {
  #pieces: string[] = [];
  #units: number[] = [];

  push(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > columnMaximum)
      throw new RangeError(`${value} does not fit a column`);
    this.#units.push(value + base);
    if (this.#units.length === 4096) this.#flush();
  }

  #flush(): void {
    this.#pieces.push(String.fromCharCode(...this.#units));
    this.#units = [];
  }

  toColumn(): Column {
    this.#flush();
    return this.#pieces.join('');
  }
}

/** The number at a position of a column. */
export function columnAt(column: Column, index: number): number {
  return column.charCodeAt(index) - base;
}

/** Signed to unsigned, small numbers staying small. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Inverse of {@link zigzag}. */
export function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
