import { UserFault } from '../fault.ts';
import type { Place } from '../located-fault.ts';
import { nearestWord } from '../suggest.ts';
import { readYamlNodes, ruleFileLimits, toJson, type YamlNode } from '../yaml-nodes.ts';
import {
  eventClasses,
  type Edition,
  type EventClause,
  type EventExample,
  type EventSet,
  type FieldCondition,
  type FieldTest,
  type Implied,
  type ParameterReference,
  type SetParameter,
} from './event-set.ts';

/** One thing wrong in a file, at a line and column that count from 1. */
export interface SetFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Everything that is wrong with one event set file. */
export class EventSetFault extends UserFault {
  override readonly name = 'EventSetFault';
  readonly file: string;
  readonly faults: readonly SetFault[];

  constructor(file: string, faults: readonly SetFault[]) {
    super(faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
    this.file = file;
    this.faults = faults;
  }
}

/**
 * Reads an event set (YAML). `file` is what messages call it.
 *
 * @throws EventSetFault naming every fault with its position
 */
export function parseEventSet(text: string, file: string): EventSet {
  const reader = new SetReader(text, file);
  const set = reader.read();
  if (set === undefined || reader.faults.length > 0) {
    const faults = reader.faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
    throw new EventSetFault(file, faults);
  }
  return set;
}

const setKeys = ['id', 'title', 'about', 'parameters', 'events', 'editions', 'examples'] as const;
const clauseKeys = ['eventSource', 'eventNames', 'where', 'mayNarrow', 'implies'] as const;
const impliedKeys = ['class', 'eventType', 'readOnly', 'regions', 'resource'] as const;
const editionKeys = ['of', 'without', 'narrowing', 'note'] as const;
const exampleKeys = ['belongs', 'why', 'event'] as const;
const testKeys = ['equals', 'not', 'oneOf', 'noneOf', 'like', 'present'] as const;
const fieldPath = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const setId = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A mapping whose keys were checked: its values by key. */
type Members = ReadonlyMap<string, { readonly key: Place; readonly value: YamlNode }>;

class SetReader {
  readonly faults: SetFault[] = [];
  private readonly root: YamlNode | undefined;

  constructor(text: string, file: string) {
    const { root, faults } = readYamlNodes(file, text, ruleFileLimits);
    for (const { place, what, todo } of faults) this.fault(place, `${what}; ${todo}`);
    this.root = root;
  }

  read(): EventSet | undefined {
    if (this.root === undefined) return undefined;
    const members = this.members(this.root, 'an event set', setKeys, ['id', 'title', 'about', 'events']);
    if (members === undefined) return undefined;
    const parameters = this.parameters(members.get('parameters')?.value);
    const names = parameters.map(({ name }) => name);
    const clauses = this.list(members.get('events')?.value, 'events').map((node) => this.clause(node, names));
    const id = this.text(members.get('id')?.value, 'id');
    if (!setId.test(id))
      this.fault(members.get('id')?.value, 'id: lower case words joined by "-" are expected');
    return {
      id,
      title: this.text(members.get('title')?.value, 'title'),
      about: this.text(members.get('about')?.value, 'about').trimEnd(),
      parameters,
      clauses,
      editions: this.editions(members.get('editions')?.value, clauses),
      examples: this.optionalList(members.get('examples')?.value, 'examples').map((node) =>
        this.example(node),
      ),
    };
  }

  private parameters(node: YamlNode | undefined): SetParameter[] {
    if (node === undefined) return [];
    const members = this.members(node, 'parameters');
    return [...(members ?? [])].map(([name, { value }]) => {
      const parts = this.members(
        value,
        `parameter ${name}`,
        ['description', 'example'],
        ['description', 'example'],
      );
      return {
        name,
        description: this.text(parts?.get('description')?.value, 'description'),
        example: this.texts(parts?.get('example')?.value, 'example'),
      };
    });
  }

  private clause(node: YamlNode, parameters: readonly string[]): EventClause {
    const members = this.members(node, 'an entry of events', clauseKeys, ['implies']);
    const source = members?.get('eventSource')?.value;
    const namesNode = members?.get('eventNames')?.value;
    const eventNames = namesNode === undefined ? [] : this.texts(namesNode, 'eventNames');
    if (namesNode !== undefined && eventNames.length === 0)
      this.fault(namesNode, 'eventNames: leave it out to mean every name, an empty list means nothing');
    const seen = new Set<string>();
    for (const name of eventNames) {
      if (seen.has(name)) this.fault(namesNode, `eventNames: ${name} stands here twice`);
      seen.add(name);
    }
    const where = this.conditions(members?.get('where')?.value, 'where', parameters);
    if (members !== undefined && source === undefined && eventNames.length === 0 && where.length === 0)
      this.fault(node, 'asks for every event: give an eventSource, eventNames or where');
    return {
      ...(source === undefined ? {} : { eventSource: this.text(source, 'eventSource') }),
      eventNames,
      where,
      mayNarrow: this.conditions(members?.get('mayNarrow')?.value, 'mayNarrow', parameters),
      implies: this.implied(members?.get('implies')?.value),
    };
  }

  private conditions(
    node: YamlNode | undefined,
    what: string,
    parameters: readonly string[],
  ): FieldCondition[] {
    if (node === undefined) return [];
    return [...(this.members(node, what) ?? [])].map(([field, { key, value }]) => {
      if (!fieldPath.test(field))
        this.fault(key, `${field}: a dotted path into the record is expected, such as userIdentity.type`);
      return { field, test: this.fieldTest(value, field, parameters) };
    });
  }

  private fieldTest(node: YamlNode, field: string, parameters: readonly string[]): FieldTest {
    if (node.kind === 'scalar') return { equals: this.textOrTruth(node, field) };
    const members = this.members(node, field, testKeys);
    if (members === undefined) return {};
    if (members.size === 0) this.fault(node, `${field}: one of ${testKeys.join(', ')} is expected`);
    const value = (key: (typeof testKeys)[number]): YamlNode | undefined => members.get(key)?.value;
    const like = value('like');
    const shape = like === undefined ? undefined : this.text(like, 'like');
    if (shape?.slice(1, -1).includes('*'))
      this.fault(like, `like: "*" may stand only at the beginning and the end, not inside "${shape}"`);
    const equals = value('equals');
    const not = value('not');
    const oneOf = value('oneOf');
    const noneOf = value('noneOf');
    const present = value('present');
    return {
      ...(equals === undefined ? {} : { equals: this.textOrTruth(equals, 'equals') }),
      ...(not === undefined ? {} : { not: this.text(not, 'not') }),
      ...(oneOf === undefined ? {} : { oneOf: this.choices(oneOf, 'oneOf', parameters) }),
      ...(noneOf === undefined ? {} : { noneOf: this.choices(noneOf, 'noneOf', parameters) }),
      ...(shape === undefined ? {} : { like: shape }),
      ...(present === undefined ? {} : { present: this.truth(present, 'present') }),
    };
  }

  private choices(
    node: YamlNode,
    operator: 'oneOf' | 'noneOf',
    parameters: readonly string[],
  ): readonly string[] | ParameterReference {
    if (node.kind !== 'scalar') return this.texts(node, operator);
    const reference = this.text(node, operator);
    const parameter = reference.slice(1);
    if (!reference.startsWith('$'))
      this.fault(node, `${operator}: a list of texts or $parameter is expected`);
    else if (!parameters.includes(parameter))
      this.fault(node, `${operator}: there is no parameter ${parameter}${this.hint(parameter, parameters)}`);
    return { parameter };
  }

  private implied(node: YamlNode | undefined): Implied {
    if (node === undefined) return { class: 'management' };
    const members = this.members(node, 'implies', impliedKeys, ['class']);
    const classNode = members?.get('class')?.value;
    const eventClass = eventClasses.find((each) => classNode?.kind === 'scalar' && classNode.value === each);
    if (classNode !== undefined && eventClass === undefined)
      this.fault(classNode, `class: one of ${eventClasses.join(', ')} is expected`);
    const eventType = members?.get('eventType')?.value;
    const readOnly = members?.get('readOnly')?.value;
    const regions = members?.get('regions')?.value;
    const resource = members?.get('resource')?.value;
    const resourceParts =
      resource === undefined ? undefined : this.members(resource, 'resource', ['type', 'bucket'], ['type']);
    return {
      class: eventClass ?? 'management',
      ...(eventType === undefined ? {} : { eventType: this.text(eventType, 'eventType') }),
      ...(readOnly === undefined ? {} : { readOnly: this.truth(readOnly, 'readOnly') }),
      ...(regions === undefined ? {} : { regions: this.regions(regions) }),
      ...(resourceParts === undefined
        ? {}
        : {
            resource: {
              type: this.text(resourceParts.get('type')?.value, 'type'),
              ...(resourceParts.has('bucket')
                ? { bucket: this.text(resourceParts.get('bucket')?.value, 'bucket') }
                : {}),
            },
          }),
    };
  }

  private regions(node: YamlNode): Record<string, readonly string[]> {
    const members = this.members(node, 'regions');
    return Object.fromEntries(
      [...(members ?? [])].map(([partition, { value }]) => [partition, this.texts(value, partition)]),
    );
  }

  private editions(node: YamlNode | undefined, clauses: readonly EventClause[]): Edition[] {
    const named = new Set<string>();
    const known = clauses.flatMap(({ eventNames }) => eventNames);
    return this.optionalList(node, 'editions').map((entry) => {
      const members = this.members(entry, 'an entry of editions', editionKeys, ['of']);
      const ofNode = members?.get('of')?.value;
      const of = this.texts(ofNode, 'of');
      for (const edition of of) {
        if (named.has(edition)) this.fault(ofNode, `of: ${edition} has an entry of its own already`);
        named.add(edition);
      }
      const withoutNode = members?.get('without')?.value;
      const without = withoutNode === undefined ? [] : this.texts(withoutNode, 'without');
      for (const name of without)
        if (!known.includes(name))
          this.fault(withoutNode, `without: ${name} is no event of this set${this.hint(name, known)}`);
      const narrowingNode = members?.get('narrowing')?.value;
      const narrowing = narrowingNode === undefined ? 'allowed' : this.text(narrowingNode, 'narrowing');
      if (narrowing !== 'allowed' && narrowing !== 'none')
        this.fault(narrowingNode, 'narrowing: allowed or none is expected');
      const note = members?.get('note')?.value;
      return {
        of,
        without,
        narrowing: narrowing === 'none' ? 'none' : 'allowed',
        ...(note === undefined ? {} : { note: this.text(note, 'note') }),
      };
    });
  }

  private example(node: YamlNode): EventExample {
    const members = this.members(node, 'an entry of examples', exampleKeys, exampleKeys);
    const eventNode = members?.get('event')?.value;
    const event: unknown = eventNode?.kind === 'map' ? toJson(eventNode) : undefined;
    if (members !== undefined && eventNode?.kind !== 'map')
      this.fault(eventNode ?? node, 'event: a mapping is expected');
    return {
      belongs: this.truth(members?.get('belongs')?.value, 'belongs'),
      why: this.text(members?.get('why')?.value, 'why'),
      event: (event ?? {}) as Readonly<Record<string, unknown>>,
    };
  }

  /** The members of a mapping; reports unknown, doubled and missing keys. */
  private members(
    node: YamlNode,
    what: string,
    known?: readonly string[],
    required: readonly string[] = [],
  ): Members | undefined {
    if (node.kind !== 'map') {
      this.fault(node, `${what}: a mapping is expected`);
      return undefined;
    }
    const found = new Map<string, { key: Place; value: YamlNode }>();
    for (const { key: name, keyPlace: key, value } of node.entries) {
      if (known !== undefined && !known.includes(name)) {
        this.fault(
          key,
          `${what}: unknown key ${name}${this.hint(name, known)}; known are ${known.join(', ')}`,
        );
      } else if (value.kind === 'scalar' && value.value === null) {
        this.fault(key, `${name}: a value is missing`);
      } else {
        found.set(name, { key, value });
      }
    }
    for (const name of required) if (!found.has(name)) this.fault(node, `${what}: ${name} is missing`);
    return found;
  }

  private optionalList(node: YamlNode | undefined, what: string): YamlNode[] {
    return node === undefined ? [] : this.list(node, what);
  }

  private list(node: YamlNode | undefined, what: string): YamlNode[] {
    if (node === undefined) return [];
    if (node.kind !== 'list') {
      this.fault(node, `${what}: a list is expected`);
      return [];
    }
    if (node.items.length === 0 && what === 'events')
      this.fault(node, 'events: at least one entry is expected');
    return [...node.items];
  }

  private texts(node: YamlNode | undefined, what: string): string[] {
    return this.list(node, what).map((item) => this.text(item, what));
  }

  private text(node: YamlNode | undefined, what: string): string {
    if (node === undefined) return '';
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') return node.value;
    this.fault(node, `${what}: a text is expected${node.kind === 'scalar' ? ', put it in quotes' : ''}`);
    return '';
  }

  private truth(node: YamlNode | undefined, what: string): boolean {
    if (node === undefined) return false;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    this.fault(node, `${what}: true or false is expected`);
    return false;
  }

  private textOrTruth(node: YamlNode, what: string): string | boolean {
    return node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : this.text(node, what);
  }

  private hint(word: string, candidates: readonly string[]): string {
    const nearest = nearestWord(word, candidates);
    return nearest === undefined ? '' : `, did you mean ${nearest}?`;
  }

  private fault(at: YamlNode | Place | undefined, message: string): void {
    const place = at === undefined ? undefined : 'place' in at ? at.place : at;
    this.faults.push({ line: place?.line ?? 1, column: place?.column ?? 1, message });
  }
}
