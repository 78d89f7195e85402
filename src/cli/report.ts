import { Command, Option } from 'commander';

import { UserFault } from '../fault.ts';
import type { JsonValue } from '../json.ts';
import { visibleText } from '../text.ts';
import { addConfigOption, defaultConfigurationFile } from './configuration/apply.ts';
import type { Configuration } from './configuration/read.ts';
import { exitCodes } from './failure.ts';

interface CheckOptions {
  readonly configuration?: Configuration;
  readonly root: string;
  readonly json?: true;
}

/** `trailwarden report ...` */
export function reportCommand(): Command {
  const report = new Command('report').description('look at reports that were written before');
  addConfigOption(report.command('check'))
    .description("check a SARIF file against GitHub code scanning's rules, beyond the schema")
    .argument('[file]', 'SARIF file (default: the one that the configuration has written)')
    .option('--root <dir>', 'root of the repository that the alerts are shown in', '.')
    .option('--json', 'problems as JSON')
    .action(checkReport);
  report
    .command('diff')
    .description('what is new, changed and gone between two JSON reports, and why')
    .argument('<before.json>', 'the earlier report')
    .argument('<after.json>', 'the later report')
    .addOption(new Option('--json', 'the differences as JSON').conflicts('markdown'))
    .option('--markdown', 'the differences as Markdown, for the summary of a GitHub job')
    .option('--verbose', 'also what came or went and passes')
    .option('--exit-code', 'exit with 1 where something is new, changed or gone')
    .action(async (before, after, options) =>
      (await import('./report-diff.ts')).showReportDiff(before, after, options),
    );
  return report;
}

/** The SARIF file among the reports of the configuration. Throws {@link UserFault} where there is not just one. */
function configuredSarif({ configuration }: CheckOptions): string {
  const reports = (configuration?.values.get('reports')?.value ?? []) as readonly {
    readonly format: string;
    readonly file?: string;
  }[];
  const files = reports.flatMap(({ format, file }) => (format === 'sarif' ? (file ?? []) : []));
  const [file] = files;
  if (file === undefined || files.length > 1 || configuration?.values.has('sarif.split') === true)
    throw new UserFault(
      `name a SARIF file: ${
        file === undefined
          ? `\`reports\` of ${configuration?.file ?? defaultConfigurationFile} writes none`
          : `the reports of ${configuration?.file ?? ''} are several`
      }`,
    );
  return file;
}

async function checkReport(named: string | undefined, options: CheckOptions): Promise<void> {
  const file = named ?? configuredSarif(options);
  const [{ existsSync }, path, { gzipSync }, { checkGithubProfile }, { readReportFile }] = await Promise.all([
    import('node:fs'),
    import('node:path'),
    import('node:zlib'),
    import('../report/github-profile.ts'),
    import('./output.ts'),
  ]);
  const text = await readReportFile(file);
  let log: JsonValue;
  try {
    log = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new UserFault(`${file}: not JSON: ${(error as Error).message}. A SARIF file was expected.`, {
      cause: error,
    });
  }
  const problems = checkGithubProfile(log, {
    exists: (name) => existsSync(path.join(options.root, name)),
    compressedBytes: gzipSync(text).length,
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify(problems, null, 2)}\n`);
  } else {
    for (const problem of problems) {
      process.stdout.write(
        `${problem.effect.padEnd(8)} ${visibleText(problem.pointer || '/')}: ${visibleText(problem.text)}\n`,
      );
    }
    const refused = problems.filter((problem) => problem.effect === 'refused').length;
    process.stdout.write(
      problems.length === 0
        ? 'GitHub code scanning takes this file as it is.\n'
        : `${refused} would make the upload fail, ${problems.length - refused} would show something else than meant.\n`,
    );
  }
  if (problems.length > 0) process.exitCode = exitCodes.findings;
}
