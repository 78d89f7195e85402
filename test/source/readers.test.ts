import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { accountHole, regionHole, suffixHole, type Declaration } from '../../src/source/declaration.ts';
import { readSource, type ReadSource } from '../../src/source/read-source.ts';
import { parseTemplate } from '../../src/source/cloudformation/template.ts';
import { openHclParser } from '../../src/source/terraform/parse-hcl.ts';
import { parseTerraformJson } from '../../src/source/terraform/parse-json.ts';
import { readTerraformShow, withoutIndexes } from '../../src/source/terraform/state.ts';
import { exampleFiles, repository } from './repository.ts';

async function read(files: Readonly<Record<string, string>>): Promise<ReadSource> {
  using root = repository(files);
  return await readSource(root.path);
}

function keys({ declarations }: { readonly declarations: readonly Declaration[] }): readonly string[] {
  return declarations.flatMap(({ names }) => names.map(({ key }) => key)).sort();
}

/** `holes` as a person reads them. */
function shown(key: string): string {
  return key
    .replaceAll(accountHole, '<account>')
    .replaceAll(regionHole, '<region>')
    .replaceAll(suffixHole, '<made>');
}

describe('Terraform: a name is worked out as far as it is literal', () => {
  test.each<readonly [why: string, code: string, names: readonly string[]]>([
    ['text', 'name = "a"', ['a']],
    ['escapes', 'name = "a\\"b$${c}\\u00e9"', ['a"b${c}é']],
    ['a default', 'name = var.known', ['known']],
    ['no default', 'name = var.unknown', []],
    ['a local that is made of others', 'name = "${local.made}-x"', ['known-1-x']],
    ['locals that lead to each other', 'name = local.round', []],
    [
      'the caller',
      'name = "t-${data.aws_caller_identity.me.account_id}-${data.aws_region.here.name}"',
      ['t-<account>-<region>'],
    ],
    ['nothing but the caller', 'name = data.aws_caller_identity.me.account_id', []],
    ['what only AWS knows', 'name = data.aws_vpc.main.id', []],
    ['a prefix', 'name_prefix = "a"', []],
    ['count', 'count = 2\n name = "a${count.index}"', ['a0', 'a1']],
    ['count of none', 'count = var.known == "other" ? 1 : 0\n name = "a"', []],
    ['a count that is not known', 'count = var.unknown\n name = "a"', ['a']],
    ['an index of a count that is not known', 'count = var.unknown\n name = "a${count.index}"', []],
    ['for_each over a set', 'for_each = toset(["b", "a", "b"])\n name = each.key', ['a', 'b']],
    [
      'for_each over objects',
      'for_each = { x = { name = "a" }, "y" = { name = var.unknown } }\n name = each.value.name',
      ['a'],
    ],
    ['functions', 'name = join("-", concat([lower("A")], [format("%s%d", "b", 2)]))', ['a-b2']],
    ['a function that is not known', 'name = uuid()', []],
    ['a condition', 'name = !(var.known == "known") || false ? "no" : "yes"', ['yes']],
    ['parentheses', 'name = ("a")', ['a']],
    ['a list', 'name = ["a", "b"][1]', []],
    ['a member', 'name = local.map["k"].list[1]', ['y']],
    ['a for expression', 'name = join("", [for s in ["a"] : s])', []],
    ['a heredoc', 'name = <<-E\n  a\n E\n', []],
    ['another resource by index', 'name = aws_sns_topic.others["p"].name', ['other-p']],
    ['another resource without its index', 'name = aws_sns_topic.others.name', []],
    ['an output of a module', 'name = module.child.made', ['child-known']],
    ['text that looks like a hole', `name = "a${accountHole}"`, []],
  ])('%s', async (_, code, names) => {
    const source = await read({
      'main.tf': `resource "aws_sns_topic" "t" {\n ${code}\n}\n`,
      'rest.tf': `variable "known" {\n default = "known"\n}
variable "unknown" {}
locals {
  n = 1
  made = "\${var.known}-\${local.n}"
  round = local.trip
  trip = local.round
  map = { k = { list = ["x", "y"] } }
}
data "aws_caller_identity" "me" {}
resource "aws_sns_topic" "others" {
  for_each = toset(["p", "q"])
  name     = "other-\${each.key}"
}
module "child" {
  source = "./child"
  value  = var.known
}
`,
      'child/main.tf': 'variable "value" {}\noutput "made" {\n  value = "child-${var.value}"\n}\n',
    });
    expect(source.notices).toEqual([]);
    const own = source.declarations.filter(({ address }) => address === 'aws_sns_topic.t');
    expect(own.map(({ place }) => place)).toEqual([{ file: 'main.tf', line: 1, column: 1 }]);
    expect(keys({ declarations: own }).map(shown)).toEqual(names.map((name) => `sns:${name}`));
  });

  test('files of variables: those that count by themselves, and one for each deployment', async () => {
    const source = await read({
      'live/main.tf':
        'variable "env" {}\nvariable "team" { default = "x" }\nresource "aws_sns_topic" "t" { name = "${var.team}-${var.env}" }\n',
      'live/terraform.tfvars': 'team = "first"\n',
      'live/b.auto.tfvars.json': '{"team": "ops"}',
      'live/vars/dev.tfvars': 'env = "dev"\n',
      'live/vars/prod.tfvars': 'env = "prod"\nteam = "core"\n',
    });
    expect(keys(source)).toEqual(['sns:core-prod', 'sns:ops-dev']);
  });

  test('account and region come from the provider, through modules', async () => {
    const { declarations } = await read({
      'main.tf': `provider "aws" {
  region = "eu-central-1"
  allowed_account_ids = ["111122223333"]
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
  assume_role { role_arn = "arn:aws:iam::444455556666:role/x" }
}
module "own" {
  source = "./m"
}
module "us" {
  source    = "./m"
  providers = { aws = aws.us }
}
resource "aws_sns_topic" "moved" {
  provider = aws.us
  region   = "us-west-2"
  name     = "a"
}
`,
      'm/main.tf': 'resource "aws_sns_topic" "t" { name = "a" }\n',
    });
    const scopes = declarations.map(({ address, names: [name] }) => [
      address,
      [...(name?.accounts ?? [])].join(),
      name?.region,
    ]);
    expect(scopes).toEqual([
      ['aws_sns_topic.moved', '444455556666', 'us-west-2'],
      ['module.own.aws_sns_topic.t', '111122223333', 'eu-central-1'],
      ['module.us.aws_sns_topic.t', '444455556666', 'us-east-1'],
    ]);
  });

  test('what is declared twice, or changed by an override, has no name', async () => {
    const source = await read({
      'main.tf': 'resource "aws_sns_topic" "a" { name = "a" }\nresource "aws_sns_topic" "b" { name = "b" }\n',
      'twice.tf': 'resource "aws_sns_topic" "b" { name = "c" }\n',
      'prod_override.tf': 'resource "aws_sns_topic" "a" { name = "z" }\n',
    });
    expect(keys(source)).toEqual([]);
  });

  test('a state decides for its root module, names in the code no more; a module in a loop ends', async () => {
    const source = await read({
      'live/main.tf':
        'resource "aws_sns_topic" "a" { name = "a" }\nmodule "m" {\n  source = "../m"\n  for_each = toset(["x", "y"])\n}\n',
      'm/main.tf': 'module "again" { source = "../m" }\nresource "aws_sns_topic" "t" { name = "t" }\n',
      'live/state.json': JSON.stringify({
        format_version: '1.0',
        terraform_version: '1.13.0',
        values: {
          root_module: {
            child_modules: [
              {
                resources: ['x', 'y'].map((key) => ({
                  address: `module.m["${key}"].aws_sns_topic.t`,
                  mode: 'managed',
                  type: 'aws_sns_topic',
                  values: { arn: `arn:aws:sns:eu-west-1:111122223333:t-${key}`, password: 'secret' },
                })),
              },
            ],
          },
        },
      }),
    });
    expect(keys(source)).toEqual([]);
    const told = source.declarations.filter(({ arns }) => arns.length > 0);
    expect(told.map(({ address, arns }) => [address, arns])).toEqual([
      [
        'module.m.aws_sns_topic.t',
        ['arn:aws:sns:eu-west-1:111122223333:t-x', 'arn:aws:sns:eu-west-1:111122223333:t-y'],
      ],
    ]);
  });

  test('a plan tells what stands before it; a state of no known root is named', async () => {
    const state = {
      root_module: {
        resources: [
          {
            address: 'aws_sns_topic.a[0]',
            mode: 'managed',
            type: 'aws_sns_topic',
            values: { arn: 'arn:aws:sns:eu-west-1:111122223333:a' },
          },
        ],
      },
    };
    expect(
      readTerraformShow({ format_version: '1.2', prior_state: { values: state }, planned_values: {} }).arns,
    ).toEqual(new Map([['aws_sns_topic.a', ['arn:aws:sns:eu-west-1:111122223333:a']]]));
    const { notices } = await read({
      'main.tf': 'resource "aws_sns_topic" "b" {}\n',
      'states/x.json': JSON.stringify({ format_version: '1.0', terraform_version: '1', values: state }),
    });
    expect(notices).toEqual([
      { file: 'states/x.json', text: expect.stringMatching(/^no root module declares/) },
    ]);
  });

  test('addresses lose their indexes, whatever stands in them', () => {
    expect(withoutIndexes('module.a["x.y[0]"].aws_sns_topic.t[3]')).toBe('module.a.aws_sns_topic.t');
    expect(withoutIndexes(String.raw`module.a["q\"]b"].aws_sns_topic.t`)).toBe('module.a.aws_sns_topic.t');
  });

  test('work without end is stopped and told', async () => {
    const doubling = Array.from({ length: 60 }, (_, n) => `v${n + 1} = [local.v${n}, local.v${n}]`);
    const calls = Array.from(
      { length: 9 },
      (_, n) => `module "c${n}" {\n source = "../m${n}"\n count = 1000\n}`,
    );
    const source = await read({
      'live/main.tf': `locals {\n v0 = "a"\n ${doubling.join('\n ')}\n}\n${calls[0]}\n`,
      ...Object.fromEntries(
        [0, 1, 2].map((n) => [
          `m${n}/main.tf`,
          `module "next" {\n source = "../m${n + 1}"\n count = 1000\n}\n`,
        ]),
      ),
      'm3/main.tf': 'resource "aws_sns_topic" "t" { name = "a" }\n',
    });
    expect(source.notices).toEqual([{ file: 'live', text: expect.stringMatching(/too many steps/) }]);
    expect(keys(source)).toEqual([]);
  });
});

describe('CloudFormation: every text that a name may turn out as', () => {
  const template = (name: string): string => `Parameters:
  Env: { Type: String, Default: dev, AllowedValues: [dev, prod] }
  Open: { Type: String }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /x }
Mappings:
  Names: { eu-central-1: { topic: europe }, us-east-1: { topic: america } }
Conditions: { Prod: !Equals [!Ref Env, prod] }
Resources:
  Group: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /g } }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { TopicName: ${name} }
`;
  test.each([
    ['a', ['a']],
    ['!Ref Env', ['dev', 'prod']],
    ['!Sub "x-${Env}"', ['x-dev', 'x-prod']],
    ['!Sub "${AWS::AccountId}-${AWS::Region}-${!Literal}"', ['<account>-<region>-${Literal}']],
    ['!Sub ["${a}-${Group}", { a: !Ref Env }]', ['dev-/g', 'prod-/g']],
    ['!Join ["-", [a, !Ref Env]]', ['a-dev', 'a-prod']],
    ['!If [Prod, p, d]', ['d', 'p']],
    ['!If [Prod, p, !Ref AWS::NoValue]', ['p']],
    ['!FindInMap [Names, !Ref AWS::Region, topic]', ['america', 'europe']],
    ['!Select [1, [a, b]]', ['b']],
    ['!Ref Open', []],
    ['!Ref Stored', []],
    ['!Ref AWS::StackName', []],
    ['!ImportValue x', []],
    ['!GetAtt Group.Arn', []],
    ['!Sub "${Missing}"', []],
  ])('%s', async (name, expected) => {
    const source = await read({ 'template.yaml': template(name) });
    expect(source.notices).toEqual([]);
    const topic = source.declarations.filter(({ address }) => address === 'Topic');
    expect(topic.map(({ place }) => place.line)).toEqual([10]);
    expect(keys({ declarations: topic }).map(shown)).toEqual(expected.map((text) => `sns:${text}`));
  });

  test('rules that SAM makes of events; rules on buses', async () => {
    const source = await read({
      'template.yaml': `Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Changed: { Type: EventBridgeRule, Properties: { RuleName: r, EventBusName: audit } }
        Nightly: { Type: Schedule, Properties: { Name: n } }
        Unnamed: { Type: EventBridgeRule, Properties: {} }
        Api: { Type: HttpApi }
`,
    });
    expect(
      source.declarations.map(({ address, place, names }) => [address, place.line, names[0]?.key]),
    ).toEqual([
      ['F.Changed', 7, 'events:rule/audit/r'],
      ['F.Nightly', 8, 'events:rule/n'],
    ]);
  });

  test('names that CloudFormation makes need the name of the stack, which CDK output tells', async () => {
    const trace = ['new Audit ({{root}}/lib/audit.ts:2:3)'];
    const source = await read({
      'lib/audit.ts': "class Audit {\n  x = new Topic(this, 'Alerts');\n  y = new Bucket(this, 'Logs');\n}\n",
      'out/manifest.json': JSON.stringify({
        version: '36.0.0',
        artifacts: {
          Audit: {
            type: 'aws:cloudformation:stack',
            environment: 'aws://unknown-account/eu-west-1',
            properties: { templateFile: 'Audit.template.json', stackName: 'audit' },
            metadata: {
              '/Audit/Alerts/Resource': [{ type: 'aws:cdk:logicalId', data: 'AlertsAB12', trace }],
              '/Audit/Logs/Resource': [
                {
                  type: 'aws:cdk:logicalId',
                  data: 'LogsCD34',
                  trace: ['new Audit (file://{{root}}/lib/audit.ts:3:3)'],
                },
              ],
            },
          },
        },
      }),
      'out/Audit.template.json': JSON.stringify({
        Resources: { AlertsAB12: { Type: 'AWS::SNS::Topic' }, LogsCD34: { Type: 'AWS::S3::Bucket' } },
      }),
    });
    expect(source.notices).toEqual([]);
    expect(
      source.declarations.map(({ place, names: [name] }) => [
        place.line,
        shown(name?.key ?? ''),
        name?.region,
      ]),
    ).toEqual([
      [2, 'sns:audit-AlertsAB12-<made>', 'eu-west-1'],
      [3, 's3:audit-logscd34-<made>', 'eu-west-1'],
    ]);
  });
});

describe('whatever the files hold, a reader ends without a throw, and places lie in the file', () => {
  const examples = exampleFiles();
  const mutated = (wanted: RegExp): fc.Arbitrary<string> =>
    fc
      .record({
        text: fc.constantFrom(...examples.filter(([file]) => wanted.test(file)).map(([, text]) => text)),
        from: fc.nat(2000),
        length: fc.nat(60),
        insert: fc.oneof(
          fc.string({ unit: 'binary', maxLength: 20 }),
          fc.constantFrom(
            '"',
            '${',
            '}',
            '{',
            '[',
            '!Ref',
            '&a ',
            '*a',
            '\t',
            '<<E\n',
            '%{',
            '\u0000',
            '"__proto__":',
          ),
        ),
      })
      .map(({ text, from, length, insert }) => {
        const at = from % (text.length + 1);
        return text.slice(0, at) + insert + text.slice(at + length);
      });
  const inText = (text: string, { line, column }: { line: number; column: number }): void => {
    const lines = text.split('\n');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
  };

  test('HCL and its JSON syntax', async () => {
    const hcl = await openHclParser();
    fc.assert(
      fc.property(mutated(/\.tf$|\.tfvars$/), (text) => {
        const parsed = hcl(text);
        if ('fault' in parsed) inText(text, parsed.fault);
        else for (const block of parsed.body.blocks) inText(text, block.place);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(mutated(/\.tf\.json$/), (text) => {
        const parsed = parseTerraformJson(text, hcl);
        if ('fault' in parsed) inText(text, parsed.fault);
        else for (const block of parsed.body.blocks) inText(text, block.place);
      }),
      { numRuns: 300 },
    );
  });

  test('deep nesting and long nonsense in HCL', async () => {
    const hcl = await openHclParser();
    for (const text of ['a = [', 'a = (', 'b {', 'a = "${', 'a = x['])
      expect(hcl(text.repeat(20_000))).toMatchObject({ fault: { line: 1 } });
    // Nonsense that would take the parser minutes is given up, and after some of it all that follows.
    const hasty = await openHclParser(100);
    const slow = { fault: { line: 1, column: 1, message: 'takes too long to parse' } };
    expect(['a = !', 'a = !', 'a = !'].map((text) => hasty(text.repeat(20_000)))).toEqual([slow, slow, slow]);
    expect(hcl(`a = ${'['.repeat(5000)}1${']'.repeat(5000)}\n`)).toHaveProperty('body');
  });

  test('templates', () => {
    fc.assert(
      fc.property(mutated(/cloudformation|sam|template\.json$/), (text) => {
        const document = parseTemplate(text);
        for (const fault of document.faults) inText(text, fault);
        inText(text, document.locate(['Resources', 'Trail'], 'key'));
      }),
      { numRuns: 500 },
    );
  });

  test('whole repositories, states and CDK output among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        mutated(/\.tf$/),
        mutated(/\.tf\.json$/),
        mutated(/state\.json$/),
        mutated(/shared-services\.yaml$/),
        mutated(/manifest\.json$/),
        mutated(/Staging\.(template|metadata)\.json$/),
        async (tf, tfJson, state, template, manifest, staging) => {
          const files = {
            'main.tf': tf,
            'more.tf.json': tfJson,
            'state.json': state,
            'template.yaml': template,
            'out/manifest.json': manifest,
            'out/Staging.template.json': staging,
            'out/Staging.metadata.json': staging,
          };
          const source = await read(files);
          for (const { place } of source.declarations)
            inText(files[place.file as keyof typeof files] ?? '', place);
        },
      ),
      { numRuns: 60 },
    );
  });
});
