/** Pages that are run as a whole, with what is printed (test/docs/walk.test.ts). */
export const walked = ['reading-a-report.md', 'verdicts.md', 'writing-a-rule.md'] as const;
const walk = Object.fromEntries(walked.map((page) => [`docs/${page}`, 'test/docs/walk.test.ts']));

/**
 * What pages show and no test runs as it stands there, with the reason. The key is a page, or `page: beginning of the command`.
 * The commands are still held against the command line: that they and their options exist. An entry that fits nothing fails.
 * Commands that ask AWS are not in the list; those of the first hour are run against an emulator.
 */
export const notRun: Readonly<Record<string, string>> = {
  ...walk,
  'docs/chain.md': 'run, with what is printed, by test/cli/chain-page.test.ts',
  'docs/first-hour.md': 'run as a whole, by test/integration/first-hour.test.ts',
  'docs/evidence.md: snapshot merge': 'needs parts of one organization: test/snapshot/merge.test.ts',
  'docs/first-scan.md: scan --snapshot $(npm root': 'of the installed package: test/cli/package.test.ts',
  'docs/scale.md: snapshot merge': 'reads from S3: test/integration/snapshot-s3.test.ts',
  'docs/waivers.md: waivers add': 'the day that it names will have passed: test/waivers/add.test.ts',
  'CONTRIBUTING.md: rules': 'works on the rules that ship, which `npm run check:rules` tests and lints',
};

/** Blocks of YAML that a test of their own page reads, by page. */
export const yamlReadElsewhere: Readonly<Record<string, string>> = {
  'docs/rules.md': 'test/rules/docs.test.ts',
  'docs/first-hour.md': 'test/integration/first-hour.test.ts',
  ...walk,
};
