import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { FaultList, faultText, RuleError } from '../../src/rules/fault.ts';
import { formatRuleFile } from '../../src/rules/format.ts';
import { loadRules, ruleSchemas } from '../../src/rules/load.ts';
import { parseCheck } from '../../src/rules/parse/check.ts';
import { printCheck } from '../../src/rules/print.ts';
import { schemaCheck } from '../../src/rules/schema.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { readYamlNodes, ruleFileLimits } from '../../src/yaml-nodes.ts';
import { checkOf, judged } from '../evaluate/generated.ts';

const shipped = await shippedRules();
const language = standardLanguage();
const runs = Number(process.env['TRAILWARDEN_PROPERTY_RUNS'] ?? 150);

const pieces = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '&a ',
  '*a',
  '!!js ',
  '$x',
  '$$',
  '<<: ',
  'some: ',
  'every: trails\n',
  'where: ',
  'null',
  '~',
  '1e999',
  '.inf',
  '__proto__: ',
  'constructor: ',
  '#',
  '|\n',
  '>-\n',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '\u0000',
  '\ud800',
  '{name',
  'status.',
  "tags['",
  'x'.repeat(3000),
  '- '.repeat(300),
  '('.repeat(200),
];

/** A shipped rule or predicate with a few random pieces put in, cut out or doubled. */
const broken = fc
  .tuple(
    fc.constantFrom(...shipped.files.filter((file) => file.kind === 'rule' || file.kind === 'predicate')),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(12),
        piece: fc.constantFrom('', ...pieces),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([file, edits]) => {
    let { text } = file;
    for (const { at, cut, piece } of edits) {
      const from = Math.floor(at * text.length);
      text = text.slice(0, from) + piece + text.slice(from + cut);
    }
    return { ...file, text };
  });

/** What a fault must have: a place in the file that is broken (or in one that uses it), what, and what to do. */
function wrongWith(thrown: unknown, file: string, lines: number): string[] {
  if (!(thrown instanceof RuleError)) return [String(thrown)];
  if (thrown.faults.length === 0) return ['no faults'];
  return thrown.faults.flatMap((fault) => {
    const text = faultText(fault);
    const outside = fault.place.file === file && fault.place.line > lines + 1;
    return outside || !/^[^:]+:\d+:\d+: .+; .+/s.test(text) ? [text] : [];
  });
}

test('a broken rule file gives faults with a place in it, and never anything else', async () => {
  const schemas = await ruleSchemas();
  const sets = shipped.files.filter((file) => file.kind === 'event-set');
  const predicates = shipped.files.filter((file) => file.kind === 'predicate');
  await fc.assert(
    fc.asyncProperty(broken, async (file) => {
      const others = predicates.filter((one) => one.name !== file.name);
      const loaded = loadRules(
        [{ files: [...sets, ...others], trusted: true }, { files: [file] }],
        language,
        {
          schemas,
        },
      );
      const thrown: unknown = await loaded.then(
        () => undefined,
        (error: unknown) => error,
      );
      const lines = file.text.split(/\r\n|\r|\n/).length;
      expect(thrown === undefined ? [] : wrongWith(thrown, file.name, lines)).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test('putting a file in form is stable and refuses what it cannot read', async () => {
  fc.assert(
    fc.property(broken, (file) => {
      const kind = file.kind === 'rule' ? 'rule' : 'predicate';
      const form = (text: string): string | undefined => {
        try {
          return formatRuleFile(file.name, text, kind, 'schema.json');
        } catch (error) {
          if (error instanceof RuleError) return undefined;
          throw error;
        }
      };
      const once = form(file.text);
      expect(once === undefined ? undefined : form(once)).toBe(once);
    }),
    { numRuns: runs },
  );
});

test('every check that can be written reads back as it was, and fits the schema that editors use', async () => {
  const schema = await schemaCheck('predicate');
  const any = fc.constantFrom(...judged).chain((type) => checkOf(type, 2));
  fc.assert(
    fc.property(any, (check) => {
      const text = printCheck(check);
      const file = `id: x\ntitle: Something holds here\nfor: account\ncheck:\n${text.replace(/^/gm, '  ')}`;
      const { root, faults: unread } = readYamlNodes('x.yaml', file, ruleFileLimits);
      const faults = new FaultList();
      schema(root!, faults, () => false);
      expect([...unread, ...faults.faults].map(faultText)).toEqual([]);
      const alone = readYamlNodes('x.yaml', text, ruleFileLimits).root!;
      const again = parseCheck(alone, faults);
      expect(faults.faults.map(faultText)).toEqual([]);
      expect(again && printCheck(again)).toBe(text);
    }),
    { numRuns: runs },
  );
});
