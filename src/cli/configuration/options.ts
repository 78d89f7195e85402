import type { JsonValue } from '../../json.ts';
import type { ReportRequest } from '../report-request.ts';
import type { SourceFolder } from '../source.ts';

/**
 * How a value stands in the file.
 *
 * - `switch`: true or false
 * - `text`: text or a number, read as on the command line
 * - `list`: a list of texts
 * - `path`: a file or folder, relative to the configuration; `paths`: a list of them
 * - `place`: a folder, relative to the configuration, or `s3://...`
 * - `reports`, `sources`: lists of mappings
 */
export type ConfigurationForm =
  | 'switch'
  | 'text'
  | 'list'
  | 'path'
  | 'paths'
  | 'place'
  | 'reports'
  | 'sources';

/** An option of the command line that has its place in the configuration. */
export interface ConfigurableOption {
  /** Path of names in the file, with `.` between. */
  readonly key: string;
  /** Name of the option, without `--`. */
  readonly option: string;
  readonly form: ConfigurationForm;
  /** Commands that mean this key by the option; all that have the option where left out. */
  readonly commands?: readonly string[];
  /** The value that holds where neither the file nor the command line says anything. */
  readonly standard?: string | number | boolean;
  /** What holds then, in words, where that is not one value. */
  readonly unset?: string;
  /** Options that, when given on the command line, come instead of this key. */
  readonly displacedBy?: readonly string[];
  /** The option adds to the key; elsewhere it comes instead. */
  readonly adds?: true;
  /** What the option's own form of the value is in the file. */
  readonly written?: (value: unknown) => JsonValue;
}

const asking = ['scan', 'collect', 'doctor'];
const choosingRules = [...asking, 'evaluate', 'role'];

/**
 * Every option that may stand in the configuration, and its key: the one place that says so. The keys are described in
 * schemas/config.schema.json, which has exactly these, and those of rules that no option sets (`disable`, `parameters`).
 */
export const configurableOptions: readonly ConfigurableOption[] = [
  { key: 'accounts', option: 'accounts', form: 'list', unset: 'every account of the organization' },
  { key: 'ou', option: 'ou', form: 'list', commands: asking, unset: 'every organizational unit' },
  { key: 'regions', option: 'regions', form: 'list', unset: 'every region that is on' },
  { key: 'role.name', option: 'role-name', form: 'text', standard: 'TrailwardenScan' },
  { key: 'role.externalId', option: 'external-id', form: 'text', unset: 'none' },
  { key: 'role.sessionName', option: 'session-name', form: 'text', standard: 'trailwarden' },
  { key: 'role.trust', option: 'trust', form: 'text', unset: 'asked when the role is deployed' },
  { key: 'role.partition', option: 'partition', form: 'text', commands: ['role'], standard: 'aws' },
  {
    key: 'aws.profile',
    option: 'profile',
    form: 'text',
    unset: 'AWS_PROFILE, else as the AWS CLI finds credentials',
  },
  {
    key: 'aws.region',
    option: 'region',
    form: 'text',
    commands: asking,
    unset: "AWS_REGION, else the profile's",
  },
  { key: 'aws.appId', option: 'app-id', form: 'text', unset: 'none' },
  { key: 'requests.concurrency', option: 'concurrency', form: 'text', standard: 100 },
  { key: 'requests.attempts', option: 'attempts', form: 'text', standard: 11 },
  { key: 'requests.timeout', option: 'timeout', form: 'text', standard: 30 },
  { key: 'requests.pace', option: 'pace', form: 'text', standard: 1 },
  {
    key: 'snapshot.out',
    option: 'out',
    form: 'place',
    commands: ['scan', 'collect'],
    standard: 'trailwarden-snapshot',
  },
  { key: 'snapshot.replace', option: 'replace', form: 'switch', standard: false },
  { key: 'snapshot.resume', option: 'resume', form: 'switch', standard: false },
  { key: 'snapshot.shard', option: 'shard', form: 'text', unset: 'every account', written: shardText },
  { key: 'snapshot.tags', option: 'tags', form: 'switch', standard: false },
  { key: 'rules', option: 'rules', form: 'paths', unset: 'the rules that ship', adds: true },
  { key: 'packs', option: 'pack', form: 'list', commands: choosingRules, unset: 'every rule once' },
  { key: 'only', option: 'rule', form: 'list', commands: choosingRules, unset: 'every rule' },
  { key: 'waivers', option: 'waivers', form: 'path', unset: 'none' },
  { key: 'baseline', option: 'baseline', form: 'path', unset: 'none' },
  { key: 'failOn', option: 'fail-on', form: 'text', standard: 'low', written: thresholdText },
  {
    key: 'allowIncomplete',
    option: 'allow-incomplete',
    form: 'switch',
    standard: false,
    displacedBy: ['min-coverage'],
  },
  {
    key: 'minCoverage',
    option: 'min-coverage',
    form: 'text',
    unset: 'all answers',
    displacedBy: ['allow-incomplete'],
    written: (percent) => `${String(percent)}%`,
  },
  {
    key: 'reports',
    option: 'format',
    form: 'reports',
    commands: ['scan', 'evaluate'],
    unset: 'text to standard output',
    written: reportList,
  },
  { key: 'sarif.profile', option: 'sarif-profile', form: 'text', standard: 'github' },
  {
    key: 'sarif.location',
    option: 'sarif-location',
    form: 'text',
    unset: 'source with source, else inventory',
  },
  { key: 'sarif.split', option: 'split', form: 'text', unset: 'one file' },
  { key: 'source', option: 'source', form: 'sources', unset: 'none', written: sourceList },
  { key: 'output.quiet', option: 'quiet', form: 'switch', standard: false },
  { key: 'output.logFormat', option: 'log-format', form: 'text', standard: 'text' },
  { key: 'output.verbose', option: 'verbose', form: 'switch', standard: false },
  { key: 'output.color', option: 'color', form: 'switch', standard: true },
  { key: 'doctor.sample', option: 'sample', form: 'text', standard: 5, displacedBy: ['all'] },
  { key: 'doctor.all', option: 'all', form: 'switch', standard: false, displacedBy: ['sample'] },
  { key: 'doctor.allRegions', option: 'all-regions', form: 'switch', standard: false },
  { key: 'inventory.out', option: 'out', form: 'path', commands: ['inventory'], standard: '.' },
];

function shardText(value: unknown): JsonValue {
  const { number, of } = value as { readonly number: number; readonly of: number };
  return `${number}/${of}`;
}

function thresholdText(value: unknown): JsonValue {
  const { severity, onlyNew } = value as { readonly severity: string; readonly onlyNew: boolean };
  return `${onlyNew ? 'new:' : ''}${severity}`;
}

function reportList(value: unknown): JsonValue {
  return (value as readonly ReportRequest[]).map(({ format, file }) => ({
    format,
    ...(file !== undefined && { file }),
  }));
}

function sourceList(value: unknown): JsonValue {
  return (value as readonly SourceFolder[]).map(({ folder, accounts }) => ({
    folder,
    ...(accounts !== undefined && { accounts: accounts === 'all' ? accounts : [...accounts] }),
  }));
}

/** The key that an option of a command sets; undefined for options that belong to one call only. */
export function keyOf(command: string, option: string): ConfigurableOption | undefined {
  return configurableOptions.find(
    (row) => row.option === option && (row.commands === undefined || row.commands.includes(command)),
  );
}
