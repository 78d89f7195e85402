import type { JsonValue } from '../../json.ts';
import { packsNamed, type Control } from '../../rules/packs.ts';
import { visibleText } from '../../text.ts';
import { loadAllRules } from '../rules/load.ts';

interface ShowOptions {
  readonly rules?: readonly string[];
  readonly json?: true;
}

/** `trailwarden packs show PACK` */
export async function showPack(id: string, options: ShowOptions): Promise<void> {
  const [pack] = packsNamed((await loadAllRules(options.rules)).packs, [id]);
  if (pack === undefined) throw new Error(`the pack ${id} was not found again`);
  const { document, controls } = pack;
  if (options.json) {
    const shown = {
      id: document.id,
      title: document.title,
      framework: document.framework,
      edition: document.edition,
      about: document.about,
      references: document.references,
      controls: controls.map((control) => ({
        id: control.document.id,
        title: control.document.title,
        ...(control.document.manual === undefined
          ? {
              extent: control.document.extent,
              rules: control.demands.map(({ rule, values }) => ({ rule, parameters: values })),
            }
          : { manual: control.document.manual }),
      })),
    };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  const lines = [`${document.title}\n${document.about}\n`];
  for (const control of controls) lines.push(...controlLines(control));
  for (const line of lines.join('\n').split('\n')) process.stdout.write(`${visibleText(line)}\n`);
}

function controlLines({ document, demands }: Control): readonly string[] {
  const { id, title, extent, manual } = document;
  const note = manual !== undefined ? ' (manual)' : extent === 'partial' ? ' (in part)' : '';
  return [
    `${id}  ${title}${note}`,
    ...(manual === undefined ? [] : [`    ${manual}`]),
    ...demands.map(({ rule, values }) => `    ${rule}${valuesText(values)}`),
  ];
}

function valuesText(values: Readonly<Record<string, JsonValue>>): string {
  const shown = Object.entries(values).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return shown.length === 0 ? '' : `  (${shown.join(', ')})`;
}
