import type { Command, Help } from 'commander';

import { examples } from './examples.ts';

/** Columns below which a term and what it means do not fit side by side. */
const narrow = 64;

/** Gives every command help that fits the terminal, with examples at its end. */
export function arrangeHelp(command: Command, name = ''): void {
  command.configureHelp({
    minWidthToWrap: 20,
    formatItem(this: Help, term, termWidth, description, helper) {
      const width = helper.helpWidth ?? 80;
      if (width >= narrow || description === '')
        // The method of the class, which this one stands before.
        return (Object.getPrototypeOf(helper) as Help).formatItem.call(
          helper,
          term,
          termWidth,
          description,
          helper,
        );
      const wrapped = helper.boxWrap(description, width - 6);
      return `  ${term}\n${wrapped.replace(/^/gm, ' '.repeat(6))}`;
    },
  });
  const own = examples[name] ?? [];
  if (own.length > 0)
    command.addHelpText('after', ['', 'Examples:', ...own.map((line) => `  trailwarden ${line}`)].join('\n'));
  for (const child of command.commands) arrangeHelp(child, `${name} ${child.name()}`.trim());
}
