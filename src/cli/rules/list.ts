import { UserFault } from '../../fault.ts';
import { worstSeverityOf, type RuleDocument } from '../../rules/document.ts';
import { shippedRules } from '../../rules/shipped.ts';
import { didYouMean } from '../../suggest.ts';
import { compareText, visibleText } from '../../text.ts';
import { log } from '../log.ts';

interface ListOptions {
  readonly rules?: readonly string[];
  readonly pack?: readonly string[];
  readonly service?: string;
  readonly tag?: string;
  readonly json?: true;
}

/** `trailwarden rules list` */
export async function listRules(options: ListOptions): Promise<void> {
  const wanted = (document: RuleDocument): boolean =>
    (options.service === undefined || document.service === options.service) &&
    (options.tag === undefined || document.tags.includes(options.tag));
  const parsed = await parsedRules(options);
  if (parsed !== undefined) {
    checkWords(parsed, options);
    return writeTable(parsed.filter(wanted));
  }
  // Joining rules with their vocabulary takes longer than all else here.
  const [{ loadAllRules }, { selectPacks }, { ruleJson }] = await Promise.all([
    import('./load.ts'),
    import('../rule-source.ts'),
    import('./shown.ts'),
  ]);
  const set = selectPacks(await loadAllRules(options.rules), options.pack ?? []);
  const documents = set.rules.map(({ document }) => document);
  checkWords(documents, options);
  const rules = set.rules.filter(({ document }) => wanted(document));
  if (options.json) {
    const list = rules.map((rule) => ({
      ...ruleJson(rule),
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
  writeTable(documents.filter(wanted));
}

/** Throws {@link UserFault} for a service or tag that no rule has: most likely it is misspelt. */
function checkWords(rules: readonly RuleDocument[], { service, tag }: ListOptions): void {
  const services = new Set(rules.map((rule) => rule.service));
  if (service !== undefined && !services.has(service))
    throw new UserFault(
      `none of these rules is about the service ${service}; ${didYouMean(service, services)}`,
    );
  const tags = new Set(rules.flatMap((rule) => rule.tags));
  if (tag !== undefined && !tags.has(tag))
    throw new UserFault(`none of these rules has the tag ${tag}; ${didYouMean(tag, tags)}`);
}

/** The rules that ship, sorted by id, where nothing is asked but what the build has parsed; else undefined. */
async function parsedRules({ rules, pack, json }: ListOptions): Promise<RuleDocument[] | undefined> {
  if (rules !== undefined || pack !== undefined || json) return undefined;
  const { files } = await shippedRules();
  if (files.some((file) => file.parsed === undefined)) return undefined;
  return files.flatMap(({ parsed }) => parsed?.rule ?? []).sort((a, b) => compareText(a.id, b.id));
}

function writeTable(rules: readonly RuleDocument[]): void {
  const width = Math.max(0, ...rules.map((rule) => rule.id.length));
  const types = Math.max(0, ...rules.map((rule) => rule.for.name.length));
  for (const rule of rules)
    process.stdout.write(
      `${rule.id.padEnd(width)}  ${worstSeverityOf(rule).padEnd(8)}  ${rule.for.name.padEnd(types)}  ${visibleText(rule.title)}\n`,
    );
  log('info', 'count', `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`, { rules: rules.length });
}
