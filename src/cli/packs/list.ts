import { visibleText } from '../../text.ts';
import { loadAllRules } from '../rules/load.ts';
import { log } from '../log.ts';

interface ListOptions {
  readonly rules?: readonly string[];
  readonly json?: true;
}

/** `trailwarden packs list` */
export async function listPacks(options: ListOptions): Promise<void> {
  const { packs } = await loadAllRules(options.rules);
  const list = packs.map(({ document, controls }) => ({
    id: document.id,
    title: document.title,
    framework: document.framework,
    edition: document.edition,
    controls: controls.length,
    manual: controls.filter((control) => control.document.manual !== undefined).length,
    rules: new Set(controls.flatMap((control) => control.demands.map((demand) => demand.rule))).size,
    file: document.place.file,
  }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  const width = Math.max(0, ...list.map((pack) => pack.id.length));
  for (const { id, title, controls, manual, rules } of list)
    process.stdout.write(
      `${id.padEnd(width)}  ${String(controls).padStart(3)} controls, ${String(manual).padStart(2)} manual  ${String(rules).padStart(3)} rules  ${visibleText(title)}\n`,
    );
  log('info', 'count', `${list.length} ${list.length === 1 ? 'pack' : 'packs'}`, { packs: list.length });
}
