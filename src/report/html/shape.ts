/*
 * Findings of a rule say the same with other names. A shape is such a text with the names of the finding's own resource
 * taken out, so that a dictionary holds it once. Marks are control characters; a text that holds control characters
 * itself has each of them led by U+0000, so that filling a shape always gives back the text it was made of.
 */

/** The texts that are taken out, by mark. */
export interface ShapeNames {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

const marks = { id: '\u0001', name: '\u0002', account: '\u0003', region: '\u0004' } as const;
const literal = '\u0000';
/** Stands for a number inside brackets of a path. */
const numberMark = '\u0005';

// oxlint-disable-next-line no-control-regex -- the marks are control characters on purpose
const control = /[\u0000-\u0005]/;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0005]/g;
// oxlint-disable-next-line no-control-regex
const marked = /\u0000([\u0000-\u0005])|[\u0001-\u0004]/g;

/** Shorter names would be found in the middle of words. */
const shortest = 3;

function escapeControls(text: string): string {
  return control.test(text) ? text.replaceAll(controls, (unit) => literal + unit) : text;
}

/** Returns the function that takes the given names out of texts; the longest name goes first. */
export function shaper(names: ShapeNames): (text: string) => string {
  const replacements = (['id', 'name', 'account', 'region'] as const)
    .map((key) => ({ needle: names[key], mark: marks[key] }))
    .filter(({ needle }) => needle.length >= shortest && !control.test(needle))
    .sort((a, b) => b.needle.length - a.needle.length);
  return (text) => {
    let shape = escapeControls(text);
    for (const { needle, mark } of replacements)
      if (shape.includes(needle)) shape = shape.replaceAll(needle, () => mark);
    return shape;
  };
}

/** The text that a shape was made of. */
export function fillShape(shape: string, names: ShapeNames): string {
  if (!control.test(shape)) return shape;
  return shape.replaceAll(marked, (mark: string, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    switch (mark) {
      case marks.id:
        return names.id;
      case marks.name:
        return names.name;
      case marks.account:
        return names.account;
      default:
        return names.region;
    }
  });
}

const position = /\[(\d{1,9})\]/g;

/** Takes the list positions out of a JSON path: `logGroups[17].arn` becomes a shape and [17]. */
export function shapePath(path: string): { readonly shape: string; readonly positions: readonly number[] } {
  if (!path.includes('[')) return { shape: escapeControls(path), positions: [] };
  const positions: number[] = [];
  const shape = escapeControls(path).replaceAll(position, (whole, digits: string) => {
    const value = Number(digits);
    // `[007]` is no position and must come back as it was.
    if (String(value) !== digits) return whole;
    positions.push(value);
    return `[${numberMark}]`;
  });
  return { shape, positions };
}

// oxlint-disable-next-line no-control-regex
const pathMarks = /\u0000([\u0000-\u0005])|\u0005/g;

/** Inverse of {@link shapePath}; `next` gives the positions one by one. */
export function fillPath(shape: string, next: () => number): string {
  if (!control.test(shape)) return shape;
  return shape.replaceAll(pathMarks, (_mark, escaped: string | undefined) => escaped ?? String(next()));
}
