import type { FieldShape, ResourceType } from './schema.ts';

/** The page about every type of resource: fields, relations, facts, and the calls they are read from. Markdown. */
export function modelReference(types: ReadonlyMap<string, ResourceType>): string {
  const sorted = [...types.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '# Resource types',
    '',
    '<!-- Generated from src/model/types by test/model/reference.test.ts; run it with -u to write it anew. -->',
    '',
    'What rules can speak of. Fields carry the names that AWS gives them and hold what AWS answered. Relations and facts,',
    'in lower camel case, are worked out from several answers. A type with a population can stand in `for:` of a rule:',
    'each of its resources is judged once, with one account.',
    '',
    ...sorted.map(
      (type) => `- [\`${type.name}\`](#${type.name})${type.population === undefined ? '' : ' (population)'}`,
    ),
    '',
    ...sorted.flatMap(section),
  ].join('\n');
}

function section(type: ResourceType): string[] {
  const relations = Object.entries(type.relations).map(
    ([name, relation]) =>
      `- \`${name}\` (${relation.kind === 'many' ? 'list of' : 'at most one'} [\`${relation.to}\`](#${relation.to})): ${relation.description}${from(relation.calls)}`,
  );
  const facts = Object.entries(type.facts).map(
    ([name, fact]) => `- \`${name}\` (${shapeText(fact.shape)}): ${fact.description}${from(fact.calls)}`,
  );
  const inquiries = Object.entries(type.inquiries ?? {}).map(([name, { description, parameters, calls }]) => {
    const takes = Object.entries(parameters).map(
      ([parameter, { description: meaning, needed }]) =>
        `\`${parameter}\` (${needed ? 'needed' : 'may be left out'}): ${meaning}`,
    );
    return `- \`${name}\`: ${description} Takes ${takes.join('; ')}.${from(calls)}`;
  });
  const fields = Object.entries(type.fields).map(([name, shape]) => `- \`${name}\` (${shapeText(shape)})`);
  return [
    `## ${type.name}`,
    '',
    type.description,
    '',
    ...(type.calls.length === 0
      ? []
      : [`Read from ${type.calls.map((call) => `\`${call}\``).join(', ')}.`, '']),
    ...list('Relations', relations),
    ...list('Facts', facts),
    ...list('Inquiries', inquiries),
    ...list('Fields', fields),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`**${title}**`, '', ...items, ''];
}

function from(calls: readonly string[]): string {
  return calls.length === 0 ? '' : ` From ${calls.map((call) => `\`${call}\``).join(', ')}.`;
}

function shapeText(shape: FieldShape | 'events'): string {
  if (typeof shape === 'string') return shape === 'json' ? 'any' : shape === 'names' ? 'set of names' : shape;
  if ('list' in shape) return `list of ${shapeText(shape.list)}`;
  if ('map' in shape) return `map to ${shapeText(shape.map)}`;
  const members = Object.entries(shape.object).map(([name, inner]) => `\`${name}\` ${shapeText(inner)}`);
  return `object of ${members.join(', ')}`;
}
