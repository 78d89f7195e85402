import {
  providedEvents,
  type NamedText,
  type Provided,
  type ProvidedEvents,
} from '../../events/provided-events.ts';
import { UserFault } from '../../fault.ts';
import type { SourceOptions } from '../events.ts';
import { TextInputs } from './inputs.ts';

/** The patterns, rules and trail that the options name. Throws {@link UserFault} where there is none. */
export async function givenSources(options: SourceOptions): Promise<ProvidedEvents> {
  const inputs = new TextInputs();
  const files = async (names: readonly string[], read: 'read' | 'pattern'): Promise<NamedText[]> => {
    const found: NamedText[] = [];
    for (const name of names) found.push(await inputs[read](name));
    return found;
  };
  const { pattern, selectors, state, region, account } = options;
  const several = pattern.length > 1;
  const provided = providedEvents({
    filterPatterns: [
      ...pattern.map((text, index) => ({ name: several ? `pattern ${index + 1}` : 'the pattern', text })),
      ...(await files(options.patternFile, 'pattern')),
    ],
    eventPatterns: await files(options.eventPattern, 'read'),
    rule: {
      state,
      ...(region === undefined ? {} : { region }),
      ...(account === undefined ? {} : { account }),
    },
    ...(selectors === undefined ? {} : { selectors: await inputs.read(selectors) }),
  });
  if (provided.sources.length === 0)
    throw new UserFault('give at least one of --pattern, --pattern-file, --event-pattern, --selectors');
  return provided;
}

/** The names of sources as part of a sentence. */
export function namesOf(sources: readonly Provided[]): string {
  const names = sources.map(({ name }) => name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
