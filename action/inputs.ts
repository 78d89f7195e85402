import path from 'node:path';

/** Environment of a step, as GitHub sets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a workflow wrote under `with:`. Empty text is what GitHub gives for an input that was left out. */
export interface Inputs {
  readonly config: string;
  readonly rules: readonly string[];
  readonly packs: readonly string[];
  readonly waivers: string;
  readonly baseline: string;
  readonly source: readonly string[];
  /** Further command line arguments, one a line. */
  readonly options: readonly string[];
  /** A snapshot to judge; AWS is asked where it is empty. */
  readonly snapshot: string;
  /** ARN of the role whose credentials a step before the scan got; none where empty. */
  readonly roleToAssume: string;
  /** Where a new snapshot is kept: a folder or s3://BUCKET/PREFIX; among the temporary files where it is empty. */
  readonly out: string;
  readonly reports: readonly ReportName[];
  /** Name of the artifact with the reports; none where empty. */
  readonly artifact: string;
  readonly failOn: string;
  readonly allowIncomplete: boolean;
  readonly uploadSarif: boolean;
  readonly split: 'account' | 'unit';
  /** Version or tag of the npm package, `installed`, `source`, or empty for that of this action. */
  readonly version: string;
}

/** Reports that can be asked for, and the names of their files. JSON is always written: the counts are read from it. */
export const reportFiles = {
  json: 'report.json',
  html: 'report.html',
  sarif: path.join('sarif', 'report.sarif'),
  markdown: 'report.md',
  junit: 'report.junit.xml',
  csv: 'report.csv',
  ocsf: 'report.ocsf.jsonl',
  asff: 'report.asff.jsonl',
  oscal: 'report.oscal.json',
} as const;
export type ReportName = keyof typeof reportFiles;

/** What is wrong with the inputs, one fault a line. */
export class InputFault extends Error {
  override name = 'InputFault';
}

/** Options that have an input of their own, or that this action gives itself. */
const taken: Readonly<Record<string, string>> = {
  '--config': 'config',
  '--rules': 'rules',
  '--pack': 'packs',
  '--waivers': 'waivers',
  '--baseline': 'baseline',
  '--source': 'source',
  '--snapshot': 'snapshot',
  '--out': 'out',
  '--format': 'reports',
  '--fail-on': 'fail-on',
  '--allow-incomplete': 'allow-incomplete',
  '--split': 'split',
};
/** Options that would take away what the steps after the scan need. */
const unfit = ['--dry-run', '--sarif-profile', '--quiet', '--log-format'];

/**
 * Reads the inputs of the action, which its steps get as one JSON object: no text of them is ever part of a command.
 * Throws {@link InputFault} that names everything that is wrong with them.
 */
export function readInputs(env: Environment): Inputs {
  const given = JSON.parse(env['INPUTS'] ?? '{}') as Readonly<Record<string, string>>;
  const faults: string[] = [];
  const text = (name: string): string => {
    const value = (given[name] ?? '').trim();
    if (/[\n\r\0]/.test(value)) faults.push(`${name}: one line is expected`);
    return value;
  };
  const lines = (name: string): readonly string[] =>
    (given[name] ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const words = (name: string): readonly string[] =>
    lines(name).flatMap((line) => line.split(/[\s,]+/).filter((word) => word !== ''));
  const flag = (name: string): boolean => {
    const value = text(name);
    if (value !== 'true' && value !== 'false' && value !== '')
      faults.push(`${name}: true or false is expected`);
    return value === 'true';
  };

  const split = text('split') || 'account';
  if (split !== 'account' && split !== 'unit') faults.push('split: account or unit is expected');
  const reports = words('reports');
  for (const name of reports)
    if (!isReportName(name))
      faults.push(
        `reports: no such format ${JSON.stringify(name)}; there are ${Object.keys(reportFiles).join(', ')}`,
      );
  const options = lines('options');
  for (const option of options) checkOption(option, faults);
  const inputs: Inputs = {
    config: text('config'),
    rules: lines('rules'),
    packs: words('packs'),
    waivers: text('waivers'),
    baseline: text('baseline'),
    source: lines('source'),
    options,
    snapshot: text('snapshot'),
    roleToAssume: text('role-to-assume'),
    out: text('out'),
    reports: reports.filter(isReportName),
    artifact: text('artifact'),
    failOn: text('fail-on'),
    allowIncomplete: flag('allow-incomplete'),
    uploadSarif: flag('upload-sarif'),
    split: split === 'unit' ? 'unit' : 'account',
    version: text('version'),
  };
  if (inputs.snapshot !== '' && inputs.out !== '')
    faults.push('out: a given snapshot is judged where it stands; give snapshot or out');
  if (faults.length > 0) throw new InputFault(faults.join('\n'));
  return inputs;
}

function isReportName(name: string): name is ReportName {
  return Object.hasOwn(reportFiles, name);
}

function checkOption(option: string, faults: string[]): void {
  const [name = ''] = option.split('=');
  const input = taken[name];
  if (input !== undefined) faults.push(`options: ${name} has an input of its own: ${input}`);
  if (unfit.includes(name)) faults.push(`options: ${name} cannot be used here`);
  if (/^--?[\w-]+\s/.test(option))
    faults.push(
      `options: ${JSON.stringify(option)}: one argument a line, so the value goes to the next line or behind "="`,
    );
}

/**
 * The command line of a run, as an array: nothing of an input ever goes through a shell.
 *
 * @param folder where reports, and a new snapshot that no input places, are written
 */
export function commandLine(
  inputs: Inputs,
  folder: string,
): { readonly args: readonly string[]; readonly snapshot: string } {
  const snapshot = inputs.snapshot || inputs.out || path.join(folder, 'snapshot');
  const reports = new Set<ReportName>([
    'json',
    'markdown',
    ...inputs.reports,
    ...(inputs.uploadSarif ? ['sarif' as const] : []),
  ]);
  const fileOf = (name: ReportName): string => path.join(folder, 'reports', reportFiles[name]);
  const one = (option: string, value: string): readonly string[] =>
    value === '' ? [] : [`${option}=${value}`];
  const each = (option: string, values: readonly string[]): readonly string[] =>
    values.map((value) => `${option}=${value}`);
  return {
    snapshot,
    args: [
      ...(inputs.snapshot === '' ? ['scan', `--out=${snapshot}`] : ['evaluate']),
      ...one('--config', inputs.config),
      ...each('--rules', inputs.rules),
      ...each('--pack', inputs.packs),
      ...one('--waivers', inputs.waivers),
      ...one('--baseline', inputs.baseline),
      ...each('--source', inputs.source),
      ...one('--fail-on', inputs.failOn),
      ...(inputs.allowIncomplete ? ['--allow-incomplete'] : []),
      '--format=text',
      // What is said of alerts that stay as they are is read from standard error.
      '--no-quiet',
      '--log-format=text',
      ...[...reports].map((name) => `--format=${name}=${fileOf(name)}`),
      // Whatever the configuration says of its own SARIF files: alerts are open failures, by group.
      ...(reports.has('sarif') ? [`--split=${inputs.split}`, '--sarif-profile=github'] : []),
      // A profile of the configuration is that of a person's machine.
      ...(inputs.snapshot === '' && inputs.roleToAssume !== '' ? ['--no-profile'] : []),
      ...inputs.options,
      ...(inputs.snapshot === '' ? [] : [`--`, snapshot]),
    ],
  };
}
