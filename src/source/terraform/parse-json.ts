import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { readYaml, type YamlDocument } from '../../yaml.ts';
import type { HclParser } from './parse-hcl.ts';
import { otherExpression, type Block, type Expression, type Parsed } from './syntax.ts';

/** How many labels stand above the body of a block, by its type. Other blocks tell nothing of names. */
const labelsOf: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  variable: 1,
  module: 1,
  output: 1,
  provider: 1,
  locals: 0,
};
/** Blocks inside of others, which JSON cannot tell from objects. */
const innerBlocks = new Set(['assume_role']);

/**
 * Reads Terraform's JSON syntax (`*.tf.json`, `*.tfvars.json`). JSON is read as the YAML that it is, for the places.
 * Text may hold interpolations, which are HCL.
 */
export function parseTerraformJson(text: string, hcl: HclParser): Parsed {
  const document = readYaml(text);
  const [fault] = document.faults;
  if (fault !== undefined) return { fault };
  const root = document.value;
  if (!isJsonObject(root)) return { fault: { line: 1, column: 1, message: 'an object is expected' } };
  const blocks = Object.entries(root).flatMap(([type, body]) => {
    const labels = labelsOf[type];
    return labels === undefined ? [] : readBlocks(type, body, labels, [type], document, hcl);
  });
  return {
    body: {
      type: '',
      labels: [],
      place: { line: 1, column: 1 },
      attributes: readAttributes(root, hcl),
      blocks,
    },
  };
}

/** Blocks of one type: an object a label, and a list where there are several with the same labels. */
function readBlocks(
  type: string,
  body: JsonValue | undefined,
  labelsLeft: number,
  path: readonly (string | number)[],
  document: YamlDocument,
  hcl: HclParser,
): Block[] {
  if (Array.isArray(body)) {
    return body.flatMap((item: JsonValue, index) =>
      readBlocks(type, item, labelsLeft, [...path, index], document, hcl),
    );
  }
  if (!isJsonObject(body)) return [];
  if (labelsLeft > 0) {
    return Object.entries(body).flatMap(([label, inner]) =>
      readBlocks(type, inner, labelsLeft - 1, [...path, label], document, hcl),
    );
  }
  const labels = path.slice(1).filter((step) => typeof step === 'string');
  const inner = Object.entries(body)
    .filter(([name]) => innerBlocks.has(name))
    .flatMap(([name, value]) => readBlocks(name, value, 0, [name], document, hcl));
  return [
    {
      type,
      labels,
      place: document.locate(path, 'key'),
      attributes: readAttributes(body, hcl),
      blocks: inner,
    },
  ];
}

function readAttributes(body: JsonObject, hcl: HclParser): ReadonlyMap<string, Expression> {
  return new Map(Object.entries(body).map(([name, value]) => [name, readValue(value ?? null, hcl)]));
}

function readValue(value: JsonValue, hcl: HclParser): Expression {
  if (typeof value === 'string') return readText(value, hcl);
  if (Array.isArray(value))
    return { kind: 'list', items: value.map((item: JsonValue) => readValue(item, hcl)) };
  if (!isJsonObject(value)) return { kind: 'literal', value };
  return {
    kind: 'object',
    entries: Object.entries(value).map(([name, item]) => [
      { kind: 'literal', value: name },
      readValue(item ?? null, hcl),
    ]),
  };
}

/** Text with plain interpolations; one that holds quotes or braces itself is left open. */
function readText(text: string, hcl: HclParser): Expression {
  if (!/[$%]\{/.test(text)) return { kind: 'literal', value: text };
  const parts: Expression[] = [];
  let rest = text;
  while (rest !== '') {
    const start = rest.search(/[$%]\{/);
    if (start !== 0) {
      const literal = start < 0 ? rest : rest.slice(0, start);
      // A doubled sign means the sign itself.
      if (/[$%]$/.test(literal) && start > 0) return otherExpression;
      parts.push({ kind: 'literal', value: literal });
      rest = rest.slice(literal.length);
      continue;
    }
    const end = rest.indexOf('}');
    const inner = rest.slice(2, end);
    if (end < 0 || rest.startsWith('%') || /["{\n]/.test(inner)) return otherExpression;
    const parsed = hcl(`v = ${inner}\n`);
    parts.push(('body' in parsed ? parsed.body.attributes.get('v') : undefined) ?? otherExpression);
    rest = rest.slice(end + 1);
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'template', parts };
}
