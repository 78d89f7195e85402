import { parseEventSet } from '../../events/event-set-parser.ts';
import { UserFault } from '../../fault.ts';
import type { EventSetReference } from '../compile/algebra.ts';
import type { PackDocument, PredicateDocument, RuleDocument } from '../document.ts';
import { FaultList, RuleError } from '../fault.ts';
import type { ParsedFile, RuleFile, RuleFileKind, RuleLanguage } from '../load.ts';
import { textHash, type ParsedRules } from '../parsed.ts';
import type { SchemaCheck } from '../schema.ts';
import { readYamlNodes, ruleFileLimits, type YamlNode } from '../../yaml-nodes.ts';
import { parsePack } from './pack.ts';
import { parsePredicate, parseRule } from './rule.ts';

/** Reads the file of a rule; undefined where it has faults that leave no rule. `check` is left out for trusted files. */
export function readRule(
  file: RuleFile,
  check: SchemaCheck | undefined,
  faults: FaultList,
): RuleDocument | undefined {
  const root = readYamlFile(file, check, faults, ['check', 'when', 'severity']);
  return root && parseRule(root, faults);
}

/** Reads the file of a predicate; as {@link readRule}. */
export function readPredicate(
  file: RuleFile,
  check: SchemaCheck | undefined,
  faults: FaultList,
): PredicateDocument | undefined {
  const root = readYamlFile(file, check, faults, ['check']);
  return root && parsePredicate(root, faults);
}

/**
 * Parses files whose shape is known to fit their schemas, to be kept for {@link withParsed}.
 * @throws {RuleError} with every fault of a rule or predicate, {@link UserFault} with those of an event set
 */
export function parseRuleFiles(files: readonly RuleFile[]): ParsedRules {
  const faults = new FaultList();
  const parsed = files.flatMap((file) => {
    const said = parseRuleFile(file, faults);
    return said === undefined ? [] : [[file.name, { sha256: textHash(file.text), ...said }] as const];
  });
  if (faults.count > 0) throw new RuleError(faults.faults);
  return Object.fromEntries(parsed);
}

function parseRuleFile(file: RuleFile, faults: FaultList): ParsedFile | undefined {
  if (file.kind === 'event-set') return { eventSet: parseEventSet(file.text, file.name) };
  const rule = file.kind === 'rule' ? readRule(file, undefined, faults) : undefined;
  if (rule) return { rule };
  const predicate = file.kind === 'predicate' ? readPredicate(file, undefined, faults) : undefined;
  if (predicate) return { predicate };
  const pack = file.kind === 'pack' ? readPack(file, undefined, faults) : undefined;
  return pack && { pack: JSON.stringify(pack) };
}

/** Reads YAML and checks it against its schema. Checks (`checkKeys`) have better words for their own faults. */
function readYamlFile(
  file: RuleFile,
  check: SchemaCheck | undefined,
  faults: FaultList,
  checkKeys: readonly string[],
): YamlNode | undefined {
  const { root, faults: found } = readYamlNodes(file.name, file.text, ruleFileLimits);
  for (const fault of found) faults.faults.push(fault);
  if (root === undefined || check === undefined) return root;
  const words = new FaultList();
  parseQuietly(root, file.kind, words);
  const told = new Set(words.faults.map((fault) => fault.place.line));
  const skip = (pointer: string): boolean => {
    const [, key] = pointer.split('/');
    return (
      told.size > 0 && key !== undefined && checkKeys.includes(key) && /\/(check|when)(\/|$)/.test(pointer)
    );
  };
  check(root, faults, skip);
  return root;
}

function parseQuietly(root: YamlNode, kind: RuleFileKind, faults: FaultList): void {
  if (kind === 'rule') parseRule(root, faults);
  else if (kind === 'predicate') parsePredicate(root, faults);
}

/** Reads the file of a pack; as {@link readRule}. */
export function readPack(
  file: RuleFile,
  check: SchemaCheck | undefined,
  faults: FaultList,
): PackDocument | undefined {
  const root = readYamlFile(file, check, faults, []);
  return root && parsePack(root, faults);
}

/** Reads the file of an event set; as {@link readRule}. */
export async function readEventSet(
  file: RuleFile,
  parse: RuleLanguage['parseEventSet'],
  faults: FaultList,
): Promise<EventSetReference | undefined> {
  try {
    return await parse(file.text, file.name);
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    for (const line of error.message.split('\n')) {
      const match = /^(.*?):(\d+):(\d+): ([^]*)$/.exec(line);
      if (match === null) faults.add({ file: file.name, line: 1, column: 1 }, line, 'correct the event set');
      else {
        const [what = '', todo = 'correct the event set'] = (match[4] ?? '').split(/; (?=[^;]*$)/);
        faults.add({ file: file.name, line: Number(match[2]), column: Number(match[3]) }, what, todo);
      }
    }
    return undefined;
  }
}
