import { quotedYaml } from '../../text.ts';
import { everyRule, type Answers } from './answers.ts';

/** Where what a scan makes is kept. It tells how the organization is guarded, so that git is told to leave it out. */
export const outputFolder = 'trailwarden-out';

/** A commented configuration that says what was answered. */
export function configurationText(
  { account, roleName, regions, pack, trust }: Answers,
  { schema, waivers, role }: { readonly schema: string; readonly waivers: string; readonly role: string },
): string {
  const list = (values: readonly string[]): string => `[${values.join(', ')}]`;
  return `# yaml-language-server: $schema=${schema}
# What Trailwarden scans, by which rules, and what it writes. Every line may be left out; an option on the command line
# comes instead of its line here. What is in force: trailwarden config show

# --- What is scanned
${
  account === undefined
    ? `# The whole organization, unless one of these says which accounts:
# accounts: ['111122223333']
# ou: [Workloads/Production]`
    : `accounts: [${quoted(account)}] # without this line: the whole organization`
}
${regions.length === 0 ? '# regions: [eu-west-1, us-east-1] # every region that is on, where left out' : `regions: ${list(regions)} # every region that is on, where left out`}

# The role that is assumed in each account; ${role} makes it.
role:
  name: ${plain(roleName)}
${trust === undefined ? '  # trust: arn:aws:iam::111122223333:role/Audit # who may assume it' : `  trust: ${plain(trust)} # who may assume it`}
  # externalId: what-the-role-asks-for

# The answers of AWS: what rules judge, and the evidence. Or s3://BUCKET/PREFIX
snapshot:
  out: ${outputFolder}/snapshot
  replace: true # the one of the scan before

# --- Which rules run: trailwarden packs list, trailwarden rules list
${pack === everyRule ? '# Every rule that ships, unless packs are named:\n# packs: [trailwarden-recommended]' : `packs: ${list([pack])} # every rule, where left out`}
# rules: [our-rules] # folders of rules of your own, which run beside the packs
# disable: [loggroup-retention-set]
# parameters:
#   - rule: loggroup-retention-minimum
#     ou: Workloads/Production # or: account, tags; the whole organization where left out
#     set: { minimumDays: 731 }

# --- What is accepted for a while, by whom and why
waivers: ${plain(waivers)}

# --- How a scan ends: exit code 1 when something of this severity or worse fails
failOn: low # critical, high, medium, low, info or none
# minCoverage: 98% # exit code 3 only when fewer of the answers are there

# --- What is written
reports:
  - format: text # to standard output
  - format: html
    file: ${outputFolder}/report.html
  - format: json
    file: ${outputFolder}/report.json
# source: # where resources are declared: Terraform, CloudFormation, SAM, CDK output
#   - folder: infrastructure
`;
}

/** A waiver file with nothing in it yet. */
export const waiversText = `# Accepted failures: what, why, who answers for it, and until when. \`trailwarden waivers add\` writes them, \`trailwarden
# waivers lint\` looks for what is out of date. One of them:
#
#   - rule: cloudtrail-trail-is-logging
#     account: '111122223333'
#     reason: Stopped on purpose while the pipeline is rebuilt; the organization trail records the account.
#     owner: booking platform team
#     ticket: SEC-1042
#     expires: 2027-01-31
waivers: []
`;

/** Text as YAML: as it is where that is text, else in quotes. */
function plain(text: string): string {
  return /^[A-Za-z][\w/.:-]*$/.test(text) && !text.endsWith(':') && !isOtherThanText(text)
    ? text
    : quotedYaml(text);
}

/** Words that YAML, or a reader of an earlier version of it, takes for something else. */
function isOtherThanText(text: string): boolean {
  return /^(?:true|false|null|yes|no|on|off|y|n|\.?(?:inf|nan))$/i.test(text);
}

function quoted(text: string): string {
  return `'${text}'`;
}
