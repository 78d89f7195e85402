import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

import { visibleText } from '../src/text.ts';
import type { Environment } from './inputs.ts';

/** Where a step tells GitHub things: outputs, job summary, annotations. Files are those that GitHub names. */
export interface Step {
  /** Sets an output of the step. */
  output(name: string, value: string): void;
  /** Adds Markdown to the job summary. What GitHub would drop for its size is the business of whoever calls. */
  summary(markdown: string): void;
  /** Writes an annotation: a line that GitHub shows above the log. */
  annotate(level: 'error' | 'warning' | 'notice', text: string): void;
  /** Writes untrusted lines to the log so that none of them is taken as a command. */
  log(text: string): void;
  /** Writes lines of others to the log while `work` runs: commands in them are switched off. */
  quoting<T>(work: () => Promise<T>): Promise<T>;
}

/** The step of this environment. Throws where it is none of GitHub's. */
export function openStep(env: Environment, write: (text: string) => void): Step {
  const file = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '')
      throw new Error(`${name} is not set: this program runs as a step of a GitHub workflow`);
    return value;
  };
  return {
    output(name, value) {
      const end = `end-${randomUUID()}`;
      appendFileSync(file('GITHUB_OUTPUT'), `${name}<<${end}\n${value}\n${end}\n`);
    },
    summary(markdown) {
      appendFileSync(file('GITHUB_STEP_SUMMARY'), `${markdown.trimEnd()}\n\n`);
    },
    annotate(level, text) {
      write(`::${level} title=Trailwarden::${commandData(text)}\n`);
    },
    log(text) {
      for (const line of text.split('\n')) write(`${line.replace(/^\s*(?=::|##\[)/, '> ')}\n`);
    },
    async quoting(work) {
      const token = randomUUID();
      write(`::stop-commands::${token}\n`);
      try {
        return await work();
      } finally {
        write(`\n::${token}::\n`);
      }
    },
  };
}

/** Text as the data of a workflow command holds it. */
function commandData(text: string): string {
  return text
    .split('\n')
    .map((line) => visibleText(line))
    .join('\n')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

/** Untrusted lines as a code block of Markdown. Every line is indented, so nothing in them can end the block. */
export function codeBlock(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${visibleText(line)}`)
    .join('\n');
}
