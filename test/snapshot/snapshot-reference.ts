import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The page about the file format, from the published schemas. */
export function snapshotReference(): string {
  return [
    `# The snapshot format

Version 1. This page is made from the schemas in \`schemas/\`; \`npx vitest run test/snapshot -u\` makes it again.

A snapshot is what AWS answered, and the only input of an evaluation. It has two forms with the same content: the
compressed form that \`trailwarden collect\` writes, and a readable form in YAML for fixtures and rule tests.

\`trailwarden snapshot verify DIR\` compares all of a snapshot with what its manifest says and names each fault;
\`trailwarden snapshot show DIR\` says who took it, of what, and which answers are missing.

## Compressed form

\`\`\`
manifest.json                    what the snapshot is, what was meant to be seen and what was, hashes
organization.ndjson.gz           answers about the organization
accounts/111122223333.ndjson.gz  answers of one account, one file each
\`\`\`

A part is gzip of UTF-8 text: one record a line, each line ended by a line feed. To look into one:
\`zcat accounts/111122223333.ndjson.gz | head -1\`.

- Each part's size, number of records and SHA-256 (of the compressed file) stand in the manifest.
- \`rootHash\` is the SHA-256 of the manifest as canonical JSON without the member \`rootHash\`: members of every object
  sorted by UTF-16 code unit, no white space, strings and numbers as ECMAScript's JSON.stringify writes them. So it covers the
  coverage and, through their hashes, all parts.
- A reader refuses members that it does not know: a change of the format is a new version.
- While a snapshot is written it is a hidden folder \`.<name>.partial-...\` beside the target. It gets its name when it is whole;
  \`.<name>.lock\` keeps others off until then. While AWS is asked the work folder has a journal, \`journal.ndjson\`, of the accounts that are safely written:
  \`--resume\` goes on from there after a kill.
`,
    section('Record', load('snapshot-record'), 3),
    section('Manifest', load('snapshot-manifest'), 3),
    `## Readable form

One file \`snapshot.yaml\` (or any name ending in \`.yaml\`), or a folder:

\`\`\`
snapshot.yaml               all but the records
organization.yaml           \`records\` of the organization
accounts/111122223333.yaml  \`records\` of one account
\`\`\`

Account ids are text: put quotes around them where they are values. YAML 1.2; anchors and aliases may be used. In this form the
\`sha256\` of a part is that of its records as canonical JSON, one a line: comments and spelling do not change the root hash.

\`\`\`yaml
time: 2026-10-01T06:00:00Z
organization: { id: o-exampleorg, managementAccount: "111122223333" }
accounts:
  "111122223333":
    name: Management
    regions: [us-east-1, eu-west-1]
    records:
      - call: cloudtrail:DescribeTrails
        regions: [us-east-1, eu-west-1] # the same answer in each
        output: { trailList: [] }
      - call: cloudwatch:DescribeAlarms
        region: eu-west-1
        error: AccessDenied # or code, message, status, outcome, absent
\`\`\`

In rule tests, and only there, what is not said follows from what is: answers about the organization from \`accounts\`,
\`account:ListRegions\` from \`regions\`, and every call that is not given has its empty answer in each region (unless
\`otherwise: missing\` is said).
`,
    section('Readable snapshot', load('readable-snapshot'), 3),
  ].join('\n');
}

function load(name: string): Schema {
  const file = path.resolve(import.meta.dirname, `../../schemas/${name}.schema.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Schema;
}

function section(title: string, schema: Schema, level: number): string {
  const parts = [`${'#'.repeat(level)} ${title}\n`, `${schema.description ?? ''}\n`, table(schema, schema)];
  for (const [name, definition] of Object.entries(schema.definitions ?? {}))
    if (definition.properties !== undefined)
      parts.push(
        `${'#'.repeat(level + 1)} ${title}: ${spaced(name)}\n`,
        ...(definition.description === undefined ? [] : [`${definition.description}\n`]),
        table(definition, schema),
      );
  return parts.join('\n');
}

/** Members of an object, those of objects inside it below it. */
function table(schema: Schema, root: Schema): string {
  const rows: string[][] = [];
  const walk = (object: Schema, prefix: string): void => {
    for (const [name, member] of Object.entries(object.properties ?? {})) {
      const resolved = resolve(member, root);
      rows.push([
        `\`${prefix}${name}\``,
        object.required?.includes(name) === true ? 'yes' : '',
        kind(member, root),
        resolved.description ?? '',
      ]);
      if (member.$ref === undefined && resolved.properties !== undefined) walk(resolved, `${prefix}${name}.`);
    }
  };
  walk(schema, '');
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(['member', 'required', 'kind', 'meaning']), line(['---', '---', '---', '---']), ...rows.map(line)].join('\n')}\n`;
}

function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split('/').at(-1) ?? '';
  const target = root.definitions?.[name] ?? {};
  return { ...target, ...(schema.description === undefined ? {} : { description: schema.description }) };
}

function kind(schema: Schema, root: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const target = root.definitions?.[name] ?? {};
    if (target.properties !== undefined) return spaced(name);
    return target.enum === undefined && target.items === undefined ? spaced(name) : kind(target, root);
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items !== undefined) return `list of ${kind(schema.items, root)}`;
  if (typeof schema.additionalProperties === 'object')
    return `mapping to ${kind(schema.additionalProperties, root)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const words: Record<string, string> = { string: 'text', integer: 'whole number', boolean: 'true or false' };
  const range =
    schema.minimum === undefined
      ? ''
      : schema.maximum === undefined
        ? ` from ${schema.minimum}`
        : ` ${schema.minimum} to ${schema.maximum}`;
  return types.map((type) => words[type] ?? type).join(' or ') + range;
}

function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
