import type { Answers } from './answers.ts';

/** Versions of the actions of others, by the commit that they had then. */
const checkout = 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2';

/** The variable of a repository that names the role, where init was not told which. */
export const roleVariable = 'TRAILWARDEN_ROLE';

/**
 * A workflow for GitHub that scans every night, as in examples/github/nightly.yml.
 * @param version - Of this program: its first number is the version of the action.
 */
export function workflowText({ account, trust, regions, github }: Answers, version: string): string {
  const alerts = github === 'alerts';
  const [major = '0'] = version.split('.');
  const role = trust !== undefined && trust.includes(':role/') ? trust : `\${{ vars.${roleVariable} }}`;
  return `# Scans the ${account === undefined ? 'organization' : 'account'} every night. ${alerts ? 'Failures become alerts of code scanning, a group of alerts for each account.' : 'Reports are kept as an artifact, and shown in the summary of the job.'}
name: Trailwarden

on:
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:

# One scan at a time: a second one waits, and none is cut off.
concurrency:
  group: trailwarden
  cancel-in-progress: false

permissions: {}

jobs:
  scan:
    runs-on: ubuntu-24.04
    timeout-minutes: 120
    permissions:
      contents: read # check out this repository
      id-token: write # assume the role by OIDC
${alerts ? '      security-events: write # upload alerts; not needed without upload-sarif\n' : ''}    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
      - uses: trailwarden/trailwarden@v${major}
        with:
          role-to-assume: ${role}
          aws-region: ${regions[0] ?? 'us-east-1'}
          config: trailwarden.yaml
${alerts ? '          split: account\n          upload-sarif: true\n' : ''}          snapshot-artifact: trailwarden-snapshot
`;
}
