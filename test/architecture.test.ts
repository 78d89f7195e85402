import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { calls } from '../src/collect/calls.ts';
import { resourceTypes } from '../src/model/types.ts';

const source = path.resolve(import.meta.dirname, '../src');

/** What the modules of a room may import, beside their own room and the small modules directly in `src`. */
const mayImport: Readonly<Record<string, { rooms: readonly string[]; packages: RegExp }>> = {
  snapshot: { rooms: [], packages: /^(node:(?!child_process|net|https?|tls|dns).*|yaml|ajv.*)$/ },
  events: { rooms: [], packages: /^(ajv.*|re2js)$/ },
  model: { rooms: ['snapshot', 'events'], packages: /^$/ },
  rules: {
    rooms: ['model', 'events', 'evaluate'],
    packages: /^(node:(fs|path|url|crypto|fs\/promises)|yaml|ajv.*|re2js)$/,
  },
  evaluate: { rooms: ['model', 'events', 'rules', 'snapshot'], packages: /^(node:crypto|re2js)$/ },
  waivers: { rooms: ['evaluate'], packages: /^(yaml|ajv.*)$/ },
  report: {
    rooms: ['evaluate', 'model', 'snapshot', 'waivers'],
    packages: /^(node:(util|zlib|crypto|fs|url)|sarif)$/,
  },
  source: {
    rooms: ['snapshot', 'model'],
    packages: /^(node:(fs\/promises|path|module)|web-tree-sitter)$/,
  },
  collect: { rooms: ['snapshot'], packages: /^(node:.*|@aws-sdk\/.*|@smithy\/.*)$/ },
  cli: {
    rooms: ['collect', 'snapshot', 'model', 'events', 'rules', 'evaluate', 'waivers', 'report', 'source'],
    packages: /^(node:.*|commander|ora|@clack\/prompts)$/,
  },
};

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const imports: Import[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith(path.join('report', 'html', 'app')))
  .flatMap((file) => {
    const text = readFileSync(path.join(source, file), 'utf8');
    const found = text.matchAll(
      /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)';|\bimport\('([^']+)'\)/gm,
    );
    return [...found].map((match) => ({
      from: file,
      specifier: match[2] ?? match[3] ?? '',
      typeOnly: match[1] !== undefined,
    }));
  });

function roomOf(file: string): string | undefined {
  const [first, ...rest] = file.split(path.sep);
  return rest.length === 0 ? undefined : first;
}

test('the test sees the imports', () => {
  expect(imports.length).toBeGreaterThan(50);
});

test('every room imports only what the architecture lets it', () => {
  const breaches = imports.flatMap(({ from, specifier, typeOnly }) => {
    const room = roomOf(from);
    if (room === undefined) return [];
    const allowed = mayImport[room];
    if (allowed === undefined) return [`${from}: room ${room} is not in the list`];
    if (!specifier.startsWith('.')) {
      return allowed.packages.test(specifier) ? [] : [`${from} imports ${specifier}`];
    }
    const target = roomOf(path.relative(source, path.resolve(source, path.dirname(from), specifier)));
    if (target === undefined || target === room || allowed.rooms.includes(target)) return [];
    // Rules compile against the types of records, they never read one.
    if (room === 'rules' && target === 'snapshot' && typeOnly) return [];
    return [`${from} imports ${specifier}`];
  });
  expect(breaches).toEqual([]);
});

test('the AWS SDK is imported by the collector alone, and the collector by the command line alone', () => {
  const sdk = imports
    .filter(({ specifier }) => /^@(aws-sdk|smithy)\//.test(specifier))
    .map(({ from }) => roomOf(from));
  expect(new Set(sdk)).toEqual(new Set(sdk.length === 0 ? [] : ['collect']));
  const users = imports
    .filter(({ specifier }) => specifier.includes('/collect/'))
    .map(({ from }) => roomOf(from));
  expect(users.filter((room) => room !== 'cli')).toEqual([]);
});

test('only the command line prints and sets the exit code', () => {
  const breaches = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && roomOf(file) !== 'cli')
    .filter((file) =>
      /\bconsole\.|process\.(stdout|stderr|exit)/.test(readFileSync(path.join(source, file), 'utf8')),
    );
  expect(breaches).toEqual([]);
});

test('evaluation and reports see no clock and no environment', () => {
  const breaches = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && ['evaluate', 'model', 'events', 'report'].includes(roomOf(file) ?? ''),
    )
    .filter((file) => !file.startsWith(path.join('report', 'html', 'app')))
    .filter((file) =>
      /process\.env|Date\.now|new Date\(\)|performance\.now|Math\.random|localeCompare|toLocale/.test(
        readFileSync(path.join(source, file), 'utf8'),
      ),
    );
  expect(breaches).toEqual([]);
});

/** What of AWS the snapshot room may name all the same: what its own formats are made of. */
const namesOfAws: Readonly<Record<string, readonly string[] | 'any'>> = {
  // How an account's regions were learned is a member of the manifest.
  'manifest.ts': ['ListRegions', 'DescribeRegions'],
  // The readable form leaves out what Organizations says of accounts that it names itself.
  'derive.ts': 'any',
};

test('the snapshot room knows neither operations nor members of answers', () => {
  const known = new Set([
    ...calls.map(({ operation }) => operation),
    ...[...resourceTypes.values()]
      .flatMap(({ fields }) => Object.keys(fields))
      .filter((name) => /^[A-Z]/.test(name)),
  ]);
  const room = path.join(source, 'snapshot');
  const breaches = readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const allowed = namesOfAws[file] ?? [];
      if (allowed === 'any') return [];
      const code = readFileSync(path.join(room, file), 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
      return [...new Set(code.match(/\b[A-Z]\w+\b/g))]
        .filter((word) => known.has(word) && !(word in globalThis) && !allowed.includes(word))
        .map((word) => `${file} names ${word}`);
    });
  expect(known.size).toBeGreaterThan(200);
  expect(breaches).toEqual([]);
});
