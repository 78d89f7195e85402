import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { actionsFor, cloudFormation } from '../../collect/role.ts';
import { UserFault } from '../../fault.ts';
import { newestEditions, packsNamed } from '../../rules/packs.ts';
import { visibleText } from '../../text.ts';
import { toolIdentity } from '../../version.ts';
import { defaultConfigurationFile } from '../configuration/apply.ts';
import { readConfiguration, type Configuration } from '../configuration/read.ts';
import { loadAllRules } from '../rules/load.ts';
import { callsOf, loadRunRules, type RuleFlags } from '../run-rules.ts';
import { everyRule, standardAnswers, type Answers } from './answers.ts';
import { checkAnswers } from './check.ts';
import { configurationText, outputFolder, waiversText } from './configuration-text.ts';
import { stateOf, writeFiles, type NewFile, type WrittenFile } from './files.ts';
import { roleVariable, workflowText } from './workflow-text.ts';

/** Options of `trailwarden init`. */
export interface InitFlags {
  readonly yes?: true;
  readonly force?: true;
  readonly account?: string;
  readonly roleName?: string;
  readonly regions?: readonly string[];
  readonly pack?: string;
  readonly github?: Answers['github'];
  readonly trust?: string;
}

const roleFile = 'trailwarden-role.yaml';
const waiverFile = 'trailwarden-waivers.yaml';
const workflowFile = '.github/workflows/trailwarden.yml';

/** `trailwarden init [DIR]` */
export async function initialize(folder: string, flags: InitFlags): Promise<void> {
  const { yes, force } = flags;
  const configuration = force === true ? undefined : await configurationIn(folder);
  const known: Partial<Answers> = { ...(configuration && answersIn(configuration)), ...answersOf(flags) };
  checkAnswers(known);
  const { packs } = await loadAllRules();
  if (known.pack !== undefined && known.pack !== everyRule) packsNamed(packs, [known.pack]);
  const answers =
    yes === true
      ? { ...standardAnswers, ...known }
      : await asked(
          known,
          newestEditions(packs).map(({ document: { id, title } }) => ({ id, title })),
        );
  const written = await writeFiles(folder, await filesOf(folder, answers, configuration), {
    force: force === true,
  });
  process.stdout.write(initializedText(folder, written, answers));
}

/** What options answer; those that every command has are none of it. */
function answersOf({ account, roleName, regions, pack, github, trust }: InitFlags): Partial<Answers> {
  const given = { account, roleName, regions, pack, github, trust };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function asked(
  known: Partial<Answers>,
  packs: readonly { readonly id: string; readonly title: string }[],
): Promise<Answers> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UserFault(
      'init asks questions, and there is no terminal: add --yes to take what is usual, and options such as --pack for the rest',
    );
  // A terminal without a size (`script`): questions would be written a letter a line.
  for (const stream of [process.stdout, process.stderr])
    if (stream.isTTY && !(stream.columns > 0)) Object.assign(stream, { columns: 80, rows: 24 });
  const { askAnswers } = await import('./questions.ts');
  return askAnswers(known, packs, { input: process.stdin, output: process.stderr });
}

/** The configuration that is there already and will be kept. */
async function configurationIn(folder: string): Promise<Configuration | undefined> {
  const file = path.join(folder, defaultConfigurationFile);
  return (await stateOf(file)) === 'file' ? readConfiguration(await readFile(file, 'utf8'), file) : undefined;
}

/** What a configuration answers, so that what is written beside it fits. */
function answersIn({ values }: Configuration): Partial<Answers> {
  const text = (key: string): string | undefined => values.get(key)?.value as string | undefined;
  const list = (key: string): readonly string[] => (values.get(key)?.value ?? []) as readonly string[];
  const [account, ...more] = list('accounts');
  const trust = text('role.trust');
  return {
    ...(account !== undefined && more.length === 0 && { account }),
    roleName: text('role.name') ?? standardAnswers.roleName,
    regions: list('regions'),
    pack: list('packs')[0] ?? everyRule,
    ...(trust !== undefined && { trust }),
  };
}

async function filesOf(
  folder: string,
  answers: Answers,
  configuration: Configuration | undefined,
): Promise<readonly NewFile[]> {
  const rules = await loadRunRules(ruleFlags(answers, configuration));
  const externalId = configuration?.values.get('role.externalId')?.value;
  const role = cloudFormation(actionsFor(callsOf(rules)), {
    roleName: answers.roleName,
    ...(answers.trust !== undefined && { trust: answers.trust }),
    ...(typeof externalId === 'string' && { externalId }),
  });
  const waivers = configuration?.values.get('waivers')?.value;
  const text = configurationText(answers, { schema: schemaOf(folder), waivers: waiverFile, role: roleFile });
  return [
    { name: defaultConfigurationFile, text, what: 'what is scanned, by which rules, with which reports' },
    {
      name: typeof waivers === 'string' ? path.relative(folder, waivers) : waiverFile,
      text: waiversText,
      what: 'what is accepted for a while',
    },
    { name: roleFile, text: role, what: 'the role to create in each account; how stands at its top' },
    ...(answers.github === 'none'
      ? []
      : [
          {
            name: workflowFile,
            text: workflowText(answers, toolIdentity().version),
            what: 'a scan every night on GitHub',
          },
        ]),
    { name: `${outputFolder}/.gitignore`, text: '*\n', what: 'keeps what a scan makes out of git' },
  ];
}

/** The rules that the role is for: those of the configuration that is kept, else of the pack that was chosen. */
function ruleFlags({ pack }: Answers, configuration: Configuration | undefined): RuleFlags {
  if (configuration === undefined) return pack === everyRule ? {} : { pack: [pack] };
  const named = (key: string): readonly string[] | undefined =>
    configuration.values.get(key)?.value as readonly string[] | undefined;
  const [rules, packs, only] = [named('rules'), named('packs'), named('only')];
  return {
    configuration,
    ...(rules && { rules }),
    ...(packs && { pack: packs }),
    ...(only && { rule: only }),
  };
}

/** Where editors find the schema: in the package where it is installed there, else as it is published. */
function schemaOf(folder: string): string {
  const own = 'node_modules/trailwarden/schemas/config.schema.json';
  if (existsSync(path.join(folder, own))) return `./${own}`;
  return `https://unpkg.com/trailwarden@${toolIdentity().version}/schemas/config.schema.json`;
}

/** What became of each file, and what to do next. Lines end with a line feed. */
function initializedText(folder: string, files: readonly WrittenFile[], { github, trust }: Answers): string {
  const width = Math.max(...files.map(({ name }) => name.length));
  const lines = files.map(({ name, state, what }) => {
    const note = state === 'kept' ? 'was there and is as it was; --force replaces it' : what;
    return `${state.padEnd(8)}  ${name.padEnd(width)}  ${note}`;
  });
  const call = process.env['npm_command'] === 'exec' ? 'npx trailwarden' : 'trailwarden';
  const commands = [
    ['collect --dry-run', 'who you are, and what would be asked'],
    ['doctor', `whether anything is in the way, once the role of ${roleFile} is deployed`],
    ['scan', `what holds and what does not; open ${outputFolder}/report.html then`],
  ].map(([name, what]) => `  ${`${call} ${name}`.padEnd(call.length + 19)} # ${what}`);
  return [
    ...lines,
    '',
    path.resolve(folder) === process.cwd() ? 'Next:' : `Next, in ${folder}:`,
    ...commands,
    ...(github !== 'none' && trust?.includes(':role/') !== true
      ? [
          '',
          'For the workflow, deploy the role that it assumes, and name it by a variable of the repository (docs/github.md):',
          `  ${call} role --github OWNER/REPOSITORY --format cloudformation > github-role.json`,
          `  gh variable set ${roleVariable} --body ARN-OF-THE-ROLE`,
        ]
      : []),
  ]
    .map((line) => `${visibleText(line)}\n`)
    .join('');
}
