import type { ResourceType } from '../model/schema.ts';
import { withArticle } from './compile/telling.ts';

/** Two files to begin with: a rule that runs, and its test. */
export interface Scaffold {
  readonly rule: string;
  readonly test: string;
}

/**
 * A rule about a type of resource, and its test with a case for each verdict. For the common types both work as they
 * are; for others the test says what is to be filled in.
 */
export function scaffoldRule(id: string, type: ResourceType, schemas: string): Scaffold {
  const known = examples[type.name];
  const check = known?.check ?? firstCheck(type);
  const place = type.name === 'account' ? 'account {account}' : `${type.noun} {name} in account {account}`;
  const rule = `# yaml-language-server: $schema=${schemas}/rule.schema.json
id: ${id}
title: TODO what holds for every ${type.noun} that passes
service: ${type.service}
severity: medium
for: ${type.name}
check:
  ${check}
why: >-
  TODO what can happen where it does not hold.
fix:
  text: TODO what to do about ${place}.
references: []
tags: []
`;
  const header = `# yaml-language-server: $schema=${schemas}/rule-test.schema.json\n`;
  return { rule, test: header + (known?.test ?? generalTest(type)) };
}

function firstCheck(type: ResourceType): string {
  const boolean = Object.entries(type.fields).find(([, shape]) => shape === 'boolean')?.[0];
  if (boolean !== undefined) return `${boolean}: true`;
  return `${Object.keys(type.fields)[0] ?? 'name'}: { present: true }`;
}

function generalTest(type: ResourceType): string {
  const call = type.calls[0] ?? 'service:Operation';
  const member = '# what AWS answers, with its own field names';
  return `- name: ${withArticle(type.noun)} that passes
  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - { call: ${call}, region: us-east-1, input: {}, output: {} } ${member}
  expect:
    "*": pass
- name: ${withArticle(type.noun)} that fails
  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - { call: ${call}, region: us-east-1, input: {}, output: {} } ${member}
  expect:
    "*": fail
- name: an answer that is missing leaves it unknown
  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - { call: ${call}, region: us-east-1, input: {}, error: AccessDenied }
  expect:
    "*": unknown
`;
}

const examples: { readonly [type: string]: { readonly check: string; readonly test: string } } = {
  trail: { check: 'LogFileValidationEnabled: true', test: trailTest('pass', 'fail') },
  account: {
    check: 'some: trails\n  where: { LogFileValidationEnabled: true }',
    test: trailTest('pass', 'fail')
      .replaceAll('    main:', '    "111111111111":')
      .replace('111111111111/us-east-1:', '"111111111111":'),
  },
  'log-group': {
    check: 'retentionInDays: { atLeast: 365 }',
    test: `- name: a year is enough, a month is not
  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - call: logs:DescribeLogGroups
            region: us-east-1
            input: {}
            output:
              logGroups:
                - logGroupName: year
                  logGroupArn: arn:aws:logs:us-east-1:111111111111:log-group:year
                  retentionInDays: 365
                - logGroupName: month
                  logGroupArn: arn:aws:logs:us-east-1:111111111111:log-group:month
                  retentionInDays: 30
  expect:
    year: pass
    month: { verdict: fail, message: retentionInDays is 30 }
- name: log groups that were not listed are unknown
  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - { call: logs:DescribeLogGroups, region: us-east-1, input: {}, error: AccessDenied }
  expect:
    111111111111/us-east-1: { verdict: unknown, cause: AccessDenied }
`,
  },
};

function trailTest(good: string, bad: string): string {
  const trail = (validated: boolean): string => `  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - call: cloudtrail:DescribeTrails
            region: us-east-1
            input: {}
            output:
              trailList:
                - Name: main
                  TrailARN: arn:aws:cloudtrail:us-east-1:111111111111:trail/main
                  HomeRegion: us-east-1
                  LogFileValidationEnabled: ${validated}
`;
  return `- name: a trail with validation passes
${trail(true)}  expect:
    main: ${good}
- name: a trail without validation fails
${trail(false)}  expect:
    main: { verdict: ${bad}, message: LogFileValidationEnabled is false }
- name: trails that were not listed are unknown
  snapshot:
    accounts:
      "111111111111":
        regions: [us-east-1]
        records:
          - { call: cloudtrail:DescribeTrails, region: us-east-1, input: {}, error: AccessDenied }
  expect:
    111111111111/us-east-1: { verdict: unknown, cause: AccessDenied }
`;
}
