import { Command, Option } from 'commander';

/** `trailwarden rules ...`: what there is, and everything a rule author needs. */
export function rulesCommand(): Command {
  const rules = new Command('rules').description('list, explain, test and write rules');
  const folders = (): Option =>
    new Option('--rules <dir...>', 'folders of your own rules, on top of those that ship');

  rules
    .command('list')
    .description('all rules, with severity and what they judge')
    .addOption(folders())
    .option('--service <name>', 'only rules about this service')
    .option('--tag <tag>', 'only rules with this tag')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./rules/list.ts')).listRules(options));
  rules
    .command('lint')
    .description('look for faults and doubtful places in rules, predicates, event sets and tests')
    .argument('[dir...]', 'folders of rules; those that ship where none is named')
    .option('--json', 'as JSON')
    .action(async (dirs, options) => (await import('./rules/lint.ts')).lintRules(dirs, options));
  rules
    .command('test')
    .description('run the tests that stand beside rules')
    .argument('[dir...]', 'folders of rules; those that ship where none is named')
    .option('--only <rule...>', 'only the tests of these rules')
    .option('--junit <file>', 'also write a JUnit report')
    .action(async (dirs, options) => (await import('./rules/test.ts')).testRules(dirs, options));
  rules
    .command('explain')
    .description(
      'what a rule asks, which calls decide it, and (with a snapshot) why a resource got its verdict',
    )
    .argument('<rule>', 'id of the rule')
    .addOption(folders())
    .option('--snapshot <path>', 'a snapshot to judge')
    .option('--resource <id>', 'ARN or id (or name) of the resource to explain; all that fail where left out')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await import('./rules/explain.ts')).explainRule(id, options));
  rules
    .command('docs')
    .description('write a page for each rule of a folder, and an index')
    .argument('<dir>', 'folder of rules')
    .option('--check', 'write nothing; exit with 1 where a page is out of date')
    .action(async (dir, options) => (await import('./rules/docs.ts')).writeDocs(dir, options));
  return rules;
}
