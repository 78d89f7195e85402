import { eventSetLines } from '../../events/describe-set.ts';
import { parseEventSet } from '../../events/event-set-parser.ts';
import { explainRule as explainOn, reasonLines } from '../../evaluate/explain.ts';
import { UserFault } from '../../fault.ts';
import { createModel } from '../../model/create-model.ts';
import type { CompiledRule } from '../../rules/compile/rule.ts';
import type { RuleFolder } from '../../rules/load.ts';
import { renamedRules } from '../rule-source.ts';
import { loadRules } from '../../rules/load.ts';
import { standardLanguage } from '../../rules/standard-language.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { didYouMean } from '../../suggest.ts';
import { openSnapshot } from '../../snapshot/read.ts';
import { visibleText } from '../../text.ts';
import { localSnapshot } from '../storage.ts';
import { ruleFolders } from './load.ts';
import { isWanted, resourceJson, ruleJson } from './shown.ts';
import { log } from '../log.ts';

interface ExplainOptions {
  readonly rules?: readonly string[];
  readonly snapshot?: string;
  readonly resource?: string;
  readonly json?: true;
}

/** `trailwarden rules explain RULE` */
export async function explainRule(id: string, options: ExplainOptions): Promise<void> {
  if (options.resource !== undefined && options.snapshot === undefined)
    throw new UserFault('--resource needs --snapshot: name the snapshot that holds it');
  await using local = options.snapshot === undefined ? undefined : await localSnapshot(options.snapshot);
  const snapshot = local && (await openSnapshot(local.path));
  const folders = await ruleFolders(options.rules);
  const set = await loadRules(folders, standardLanguage(snapshot?.manifest.partition));
  const rule = set.named(id);
  if (rule === undefined)
    throw new UserFault(
      `there is no rule ${id}; ${didYouMean(
        id,
        set.rules.map((one) => one.id),
      )}`,
    );
  for (const notice of renamedRules(set, [id])) log('notice', 'renamed', notice);
  if (snapshot === undefined) {
    process.stdout.write(
      options.json ? `${JSON.stringify(described(rule, set), null, 2)}\n` : describe(rule, set, folders),
    );
    return;
  }
  const wanted = options.resource;
  const found = await explainOn(await createModel(snapshot), rule, (resource) => isWanted(resource, wanted));
  if (found.length === 0)
    throw new UserFault(
      wanted === undefined
        ? `the snapshot holds no ${rule.type.noun}: name another one, or leave --snapshot out to see what the rule asks`
        : `the rule ${id} judges ${rule.type.name} resources, and the snapshot holds none with the id or name ${wanted}; leave --resource out to see all`,
    );
  if (options.json) {
    const list = found.map(({ resource, verdict, severity, reason }) => ({
      resource: resourceJson(resource),
      verdict,
      severity,
      reason,
    }));
    process.stdout.write(`${JSON.stringify({ rule: described(rule, set), explanations: list }, null, 2)}\n`);
    return;
  }
  for (const { resource, verdict, reason } of found) {
    const place = resource.region === 'global' ? resource.account : `${resource.account}, ${resource.region}`;
    const name = resource.name === '' || resource.name === resource.id ? '' : ` ${resource.name}`;
    process.stdout.write(
      `${visibleText(`${verdict} ${resource.type.noun}${name} ${resource.id}${resource.id === place ? '' : ` (${place})`}`)}\n`,
    );
    // Of many resources each gets its one sentence; the whole tree is shown for the one that was asked for.
    const lines = wanted === undefined && found.length > 1 ? [reason.text] : reasonLines(reason);
    process.stdout.write(lines.map((line) => `  ${visibleText(line)}\n`).join(''));
  }
}

function described(rule: CompiledRule, set: RuleSet): object {
  return {
    ...ruleJson(rule),
    parameters: rule.document.params.map(
      ({ name, type, description, default: value, minimum, maximum, oneOf }) => ({
        name,
        type,
        description,
        default: value,
        minimum,
        maximum,
        oneOf,
      }),
    ),
    requires: rule.requires,
    uses: rule.uses.map((name) => ({ name, title: titleOf(name, set) })),
    why: rule.document.why,
    references: rule.document.references,
    tags: rule.document.tags,
    file: rule.document.place.file,
    line: rule.document.place.line,
  };
}

function titleOf(name: string, set: RuleSet): string {
  const [kind, id = ''] = name.split(' ');
  return (
    (kind === 'predicate'
      ? set.vocabulary.predicates.get(id)?.title
      : set.vocabulary.eventSets.get(id)?.title) ?? ''
  );
}

function describe(rule: CompiledRule, set: RuleSet, folders: readonly RuleFolder[]): string {
  const { document } = rule;
  const lines = [
    `${rule.id} (${rule.worstSeverity})`,
    document.title,
    '',
    ...(document.aliases.length > 0
      ? [`Earlier  ${document.aliases.map(({ name }) => name).join(', ')}`]
      : []),
    `Judges   each ${rule.type.noun} (${rule.type.name})`,
    `File     ${document.place.file}`,
    `Why      ${document.why}`,
  ];
  if (document.params.length > 0) lines.push('', 'Parameters');
  for (const { name, type, default: value, description } of document.params)
    lines.push(`  ${name}: ${type}, ${JSON.stringify(value)} unless set. ${description}`);
  if (rule.uses.length > 0) lines.push('', 'Uses');
  for (const name of rule.uses) lines.push(`  ${name}: ${titleOf(name, set)}`);
  for (const name of rule.uses) lines.push(...eventSetText(name, folders));
  lines.push('', 'Decided by', ...rule.requires.map((call) => `  ${call}`));
  const text = folders
    .flatMap((folder) => folder.files)
    .findLast((file) => file.name === document.place.file)?.text;
  const check = text === undefined ? undefined : /^check:.*(\n([ \t].*|#.*|))*/m.exec(text)?.[0];
  if (check !== undefined) lines.push('', ...check.trimEnd().split('\n'));
  if (document.references.length > 0) lines.push('', ...document.references);
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`;
}

/** The event set that a rule uses, in words; nothing for other things. */
function eventSetText(use: string, folders: readonly RuleFolder[]): string[] {
  const [kind, id] = use.split(' ');
  if (kind !== 'event-set') return [];
  const file = folders
    .flatMap((folder) => folder.files)
    .findLast((each) => each.kind === 'event-set' && each.name.endsWith(`/${id}.yaml`));
  if (file === undefined) return [];
  const [title = '', , ...lines] = eventSetLines(parseEventSet(file.text, file.name));
  return ['', `Event set ${title}`, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}
