import { Command, Option } from 'commander';

import { UserFault } from '../fault.ts';
import { addRuleOptions } from './rule-options.ts';
import type { ScanActions } from '../collect/role.ts';
import type { RuleFlags } from './run-rules.ts';

interface RoleFlags extends RuleFlags {
  readonly format: 'json' | 'cloudformation' | 'terraform';
  readonly policy: 'member' | 'caller';
  readonly roleName?: string;
  readonly trust?: string;
  readonly externalId?: string;
  readonly partition?: string;
  readonly tags?: boolean;
  readonly github?: readonly string[];
  readonly account?: string;
}

/** `trailwarden role` */
export function roleCommand(): Command {
  const command = new Command('role')
    .description('the role that a scan needs: exactly the IAM actions behind the calls of the rules')
    .addOption(
      new Option(
        '--format <format>',
        'json: a policy; cloudformation: a template for a stack set; terraform: the stack set and the policy of the caller',
      )
        .choices(['json', 'cloudformation', 'terraform'])
        .default('json'),
    )
    .addOption(
      new Option(
        '--policy <whose>',
        'with json: of the role in each account, or of the identity that scans and assumes it',
      )
        .choices(['member', 'caller'])
        .default('member')
        .conflicts('github'),
    )
    .option('--role-name <name>', 'name of the role (default: TrailwardenScan)')
    .option('--trust <arn>', 'role, user or account that may assume the role')
    .option('--external-id <id>', 'external id that the role asks for')
    .option('--partition <name>', 'partition of AWS (default: aws)')
    .option('--tags', 'also the tags of accounts')
    .option(
      '--github <repository>',
      'instead: the role that workflows of this GitHub repository assume to scan, with its trust policy (json: that alone); ' +
        'OWNER/REPO means its main branch, or OWNER/REPO:ref:refs/heads/BRANCH, or OWNER/REPO:environment:NAME; may be repeated',
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .option('--account <id>', 'with --github and json: the account of the role');
  return addRuleOptions(command).action(printRole);
}

async function printRole(flags: RoleFlags): Promise<void> {
  if (flags.account !== undefined && flags.github === undefined)
    throw new UserFault('--account: it belongs to --github');
  const [{ callsOf, loadRunRules }, role] = await Promise.all([
    import('./run-rules.ts'),
    import('../collect/role.ts'),
  ]);
  const calls = new Set(callsOf(await loadRunRules(flags, flags.partition)));
  if (flags.tags === true) calls.add('organizations:ListTagsForResource');
  const actions = role.actionsFor(calls);
  process.stdout.write(
    flags.github === undefined ? textOf() : await githubText(actions, flags.github, flags),
  );

  function textOf(): string {
    switch (flags.format) {
      case 'cloudformation':
        return role.cloudFormation(actions, flags);
      case 'terraform':
        return role.terraform(actions, flags);
      case 'json': {
        const policy =
          flags.policy === 'caller' ? role.callerPolicy(actions, flags) : role.memberPolicy(actions, flags);
        return `${JSON.stringify(policy, null, 2)}\n`;
      }
    }
  }
}

async function githubText(
  actions: ScanActions,
  github: readonly string[],
  flags: RoleFlags,
): Promise<string> {
  const role = await import('../collect/github-role.ts');
  switch (flags.format) {
    case 'cloudformation':
      return role.githubCloudFormation(actions, { ...flags, github });
    case 'terraform':
      return role.githubTerraform(actions, { ...flags, github });
    case 'json':
      return `${JSON.stringify(role.githubTrust({ ...flags, github }), null, 2)}\n`;
  }
}
