import { readFileSync } from 'node:fs';

/** Questions about trail and alarms that no rule decides, and why. */
export const undecided: Readonly<Record<string, string>> = {};

/** A rule and what it bears on: one line of control-mapping.tsv. */
export interface Link {
  readonly rule: string;
  readonly pack: string;
  readonly control: string;
}

const lines = readFileSync(new URL('./control-mapping.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('rule\t'))
  .map((line) => line.split('\t'));

/** Ids of all questions, each that of the rule which answers it, sorted. */
export const questions: readonly string[] = [...new Set(lines.map(([rule = '']) => rule))].sort();

/** Which control of which edition each question bears on, as public sources state it. */
export const links: readonly Link[] = lines.flatMap(([rule = '', pack = '', controls = '']) =>
  controls === '' ? [] : controls.split(', ').map((control) => ({ rule, pack, control })),
);
