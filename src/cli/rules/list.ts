import { visibleText } from '../../text.ts';
import { selectPacks } from '../rule-source.ts';
import { loadAllRules } from './load.ts';

interface ListOptions {
  readonly rules?: readonly string[];
  readonly pack?: readonly string[];
  readonly service?: string;
  readonly tag?: string;
  readonly json?: true;
}

/** `trailwarden rules list` */
export async function listRules(options: ListOptions): Promise<void> {
  const set = selectPacks(await loadAllRules(options.rules), options.pack ?? []);
  const rules = set.rules.filter(
    ({ document }) =>
      (options.service === undefined || document.service === options.service) &&
      (options.tag === undefined || document.tags.includes(options.tag)),
  );
  if (options.json) {
    const list = rules.map((rule) => ({
      id: rule.id,
      title: rule.document.title,
      severity: rule.worstSeverity,
      service: rule.document.service,
      for: rule.type.name,
      parameters: rule.parameters,
      tags: rule.document.tags,
      requires: rule.requires,
      uses: rule.uses,
      file: rule.document.place.file,
      line: rule.document.place.line,
    }));
    process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  const width = Math.max(0, ...rules.map((rule) => rule.id.length));
  const types = Math.max(0, ...rules.map((rule) => rule.type.name.length));
  for (const rule of rules)
    process.stdout.write(
      `${rule.id.padEnd(width)}  ${rule.worstSeverity.padEnd(8)}  ${rule.type.name.padEnd(types)}  ${visibleText(rule.document.title)}\n`,
    );
  process.stderr.write(`${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}\n`);
}
