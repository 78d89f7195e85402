import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { EventSetFault, parseEventSet } from '../../src/events/event-set-parser.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'rules/events');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const schema = JSON.parse(readFileSync(path.join(root, 'schemas/event-set.schema.json'), 'utf8')) as object;

/** Position and text of every fault of an event set. */
function faults(text: string): string[] {
  try {
    parseEventSet(text, 'set.yaml');
    return [];
  } catch (error) {
    if (error instanceof EventSetFault) return error.message.split('\n');
    throw error;
  }
}

describe('the sets that ship', () => {
  const valid = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

  test.each(files)('%s is read, is named after its id and satisfies the schema', (file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    expect(parseEventSet(text, file).id).toBe(path.basename(file, '.yaml'));
    valid(parse(text));
    expect(valid.errors ?? []).toEqual([]);
  });

  test('every set of the benchmarks knows each edition once', () => {
    for (const file of files) {
      const { editions } = parseEventSet(readFileSync(path.join(folder, file), 'utf8'), file);
      const named = editions.flatMap(({ of }) => of);
      expect([...new Set(named)]).toEqual(named);
    }
  });
});

test('every fault is reported with its position and a way out', () => {
  const text = `id: Some Set
title: x
about: y
parameters:
  buckets: { description: names, example: [a] }
events:
  - eventSorce: s3.amazonaws.com
    eventNames: [A, A]
    where: { 'a..b': x, c: { like: 'a*b' }, d: { oneOf: $bucket } }
    implies: { class: managment }
  - implies: { class: data }
editions:
  - of: [cis-aws-5.0.0]
    without: [AA]
    narrowing: sometimes
  - of: [cis-aws-5.0.0]
`;
  expect(faults(text)).toMatchInlineSnapshot(`
    [
      "set.yaml:1:5: id: lower case words joined by "-" are expected",
      "set.yaml:7:5: an entry of events: unknown key eventSorce, did you mean eventSource?; known are eventSource, eventNames, where, mayNarrow, implies",
      "set.yaml:8:17: eventNames: A stands here twice",
      "set.yaml:9:14: a..b: a dotted path into the record is expected, such as userIdentity.type",
      "set.yaml:9:36: like: "*" may stand only at the beginning and the end, not inside "a*b"",
      "set.yaml:9:57: oneOf: there is no parameter bucket, did you mean buckets?",
      "set.yaml:10:23: class: one of management, data, network-activity, insight is expected",
      "set.yaml:11:5: asks for every event: give an eventSource, eventNames or where",
      "set.yaml:14:14: without: AA is no event of this set, did you mean A?",
      "set.yaml:15:16: narrowing: allowed or none is expected",
      "set.yaml:16:9: of: cis-aws-5.0.0 has an entry of its own already",
    ]
  `);
});

test('what is no event set at all is refused', () => {
  expect(faults('')).toEqual(['set.yaml:1:1: the file is empty; write a document into it']);
  expect(faults('- a\n')).toEqual(['set.yaml:1:1: an event set: a mapping is expected']);
  expect(faults('id: [\n')[0]).toMatch(/^set\.yaml:\d+:\d+: /);
});
