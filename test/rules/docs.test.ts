import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { explainRule } from '../../src/evaluate/explain.ts';
import { emptyAnswers } from '../../src/model/calls.ts';
import { createModel } from '../../src/model/create-model.ts';
import { arnParts, checkKeys, operators, parameterTypes } from '../../src/rules/document.ts';
import { FaultList } from '../../src/rules/fault.ts';
import { loadRules, type RuleFile } from '../../src/rules/load.ts';
import { parseCheck } from '../../src/rules/parse/check.ts';
import { schemaCheck } from '../../src/rules/schema.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { parseTestFile } from '../../src/rules/testing/test-file.ts';
import { readYamlNodes, ruleFileLimits } from '../../src/yaml-nodes.ts';
import { readReadableSnapshot } from '../../src/snapshot/readable.ts';
import { runFile } from '../../src/cli/rules/test.ts';

const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');

interface Block {
  readonly kind: string;
  readonly of: string;
  readonly text: string;
  readonly line: number;
}

/** Code blocks that say what they are: ```yaml check trail */
const blocks: Block[] = [...page.matchAll(/^```yaml (\w+) ?(\S*)\n([^]*?)^```$/gm)].map((match) => ({
  kind: match[1]!,
  of: match[2]!,
  text: match[3]!,
  line: page.slice(0, match.index).split('\n').length,
}));
const ofKind = (kind: string): Block[] => blocks.filter((block) => block.kind === kind);

function fileOf(kind: RuleFile['kind'], text: string): RuleFile {
  const id = /^id: ([a-z0-9-]+)/m.exec(text)![1]!;
  return { kind, name: kind === 'predicate' ? `predicates/${id}.yaml` : `${id}.yaml`, text };
}

const rules = await loadRules(
  [
    await shippedRules(),
    {
      files: [
        ...ofKind('rule').map(({ text }) => fileOf('rule', text)),
        ...ofKind('predicate').map(({ text }) => fileOf('predicate', text)),
      ],
    },
  ],
  standardLanguage(),
);
const snapshot = readReadableSnapshot(ofKind('snapshot')[0]!.text, {
  file: 'docs/rules.md',
  derive: { emptyAnswers },
});

test.each(ofKind('check').map((block) => [block.line, block] as const))(
  'docs/rules.md:%i gives the verdicts that it names',
  async (_, { of, text }) => {
    const expected = [
      ...text
        .split('\n')[0]!
        .replace('# ', '')
        .matchAll(/(\S+): (\w+)/g),
    ].map((match) => [match[1], match[2]]);
    const faults = new FaultList();
    const check = parseCheck(readYamlNodes('docs/rules.md', text, ruleFileLimits).root!, faults)!;
    expect(faults.faults).toEqual([]);
    const rule = rules.check(check, { name: of, place: { file: 'docs/rules.md', line: 1, column: 1 } });
    const found = await explainRule(await createModel(snapshot), rule, () => true);
    const name = ({ resource }: (typeof found)[number]): string =>
      of === 'account' ? resource.id : resource.name;
    expect(Object.fromEntries(found.map((one) => [name(one), one.verdict]))).toEqual(
      Object.fromEntries(expected),
    );
  },
);

test('the tests on the page come out as written', async () => {
  const schema = await schemaCheck('rule-test');
  for (const { of, text } of ofKind('test')) {
    const faults = new FaultList();
    const file = parseTestFile({ kind: 'test', name: `${of}.test.yaml`, text }, schema, faults);
    expect(faults.faults).toEqual([]);
    const result = await runFile(file!, rules);
    expect(
      [...result.missing, ...result.cases.flatMap((one) => one.differences)].map((one) => one.text),
    ).toEqual([]);
  }
});

test('the page shows every construct and names every operator and type of parameter', () => {
  const examples = blocks.map((block) => block.text).join('\n');
  for (const key of checkKeys) expect(examples).toMatch(new RegExp(`\\b${key}:`));
  for (const word of [...operators, ...arnParts, ...parameterTypes]) expect(page).toContain(word);
});
