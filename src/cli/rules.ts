import { Command, Option } from 'commander';

import { addConfigOption } from './configuration/apply.ts';
import { append, rulesOption } from './rule-options.ts';

/** `trailwarden rules ...`: what there is, and everything a rule author needs. */
export function rulesCommand(): Command {
  const rules = new Command('rules').description('list, explain, test and write rules');
  const packs = (description = 'only the rules of this pack; may be repeated'): Option =>
    new Option('--pack <id>', description).argParser(append);

  const aboutDirs =
    'folders of rules (default: those of the configuration, else those that ship); what else the configuration names may be used by them';
  const configured = (name: string): Command => addConfigOption(rules.command(name));

  configured('list')
    .description('all rules, with severity and what they judge')
    .addOption(rulesOption())
    .addOption(packs('what a scan with this pack runs: its rules, and your own; may be repeated'))
    .option('--service <name>', 'only rules about this service')
    .option('--tag <tag>', 'only rules with this tag')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./rules/list.ts')).listRules(options));
  configured('lint')
    .description('look for faults and doubtful places in rules, predicates, event sets and tests')
    .argument('[dir...]', aboutDirs)
    .option('--json', 'as JSON')
    .action(async (dirs, options) => (await import('./rules/lint.ts')).lintRules(dirs, options));
  configured('test')
    .description('run the tests that stand beside rules')
    .argument('[dir...]', aboutDirs)
    .option('--only <rule>', 'only the tests of this rule or predicate; may be repeated', append)
    .addOption(packs())
    .option('--junit <file>', 'also write a JUnit report')
    .option('--coverage', 'show parts of checks that no case makes pass, or none makes fail')
    .option('--mutate', 'change each rule in small ways, and show the changes that no case notices')
    .option('--min-mutants <percent>', 'as --mutate; exit with 1 where cases notice fewer of the changes')
    .option('--watch', 'run again whenever a file changes')
    .action(async (dirs, options) => (await import('./rules/test.ts')).testRules(dirs, options));
  configured('explain')
    .description(
      'what a rule asks, which calls decide it, and (with a snapshot) why a resource got its verdict',
    )
    .argument('<rule>', 'id of the rule')
    .addOption(rulesOption())
    .option('--snapshot <path>', 'a snapshot to judge')
    .option('--resource <id>', 'ARN or id (or name) of the resource to explain; all that fail where left out')
    .option('--json', 'as JSON')
    .action(async (id, options) => (await import('./rules/explain.ts')).explainRule(id, options));
  configured('eval')
    .description('try a check over a snapshot, without a file')
    .argument('<check>', "as in a rule: '{ some: trails, where: { IsMultiRegionTrail: true } }'")
    .requiredOption('--for <type>', 'type of resource that it is about')
    .option('--snapshot <path>', 'a snapshot to judge (default: that of the configuration)')
    .addOption(rulesOption())
    .option('--resource <id>', 'only this resource, with the whole evaluation')
    .option('--json', 'as JSON')
    .action(async (check, options) => (await import('./rules/eval.ts')).evaluateExpression(check, options));
  configured('new')
    .description('begin a rule: its file and its test')
    .argument('<id>', 'id of the rule, and name of its files')
    .option('--for <type>', 'type of resource that it judges', 'account')
    .option(
      '--out <dir>',
      'folder to write to (default: that of the configuration, where it names one, else rules)',
    )
    .action(async (id, options) => (await import('./rules/new.ts')).newRule(id, options));
  rules
    .command('fmt')
    .description('put the files of rules, predicates, event sets and tests in house form')
    .argument('<dir...>', 'folders of rules')
    .option('--check', 'write nothing; exit with 1 where a file is out of form')
    .action(async (dirs, options) => (await import('./rules/format.ts')).formatRules(dirs, options));
  rules
    .command('docs')
    .description('write a page for each rule and pack of a folder, and an index')
    .argument('<dir>', 'folder of rules')
    .addOption(packs())
    .option('--check', 'write nothing; exit with 1 where a page is out of date')
    .action(async (dir, options) => (await import('./rules/docs.ts')).writeDocs(dir, options));
  return rules;
}
