import { calls, nameOf, type Call, type Scope } from './calls.ts';

const where: Readonly<Record<Scope, string>> = {
  caller: 'once, by the caller',
  unit: 'by the caller, for each root and organizational unit',
  member: 'by the caller, once for each other account',
  listed: 'by the caller, once for each account of the organization, on demand',
  account: 'once in each account',
  global: 'once in each account',
  region: 'in each enabled region of each account',
  'caller-item': 'by the caller, once for each thing that another answer names',
  item: 'once for each thing that another answer names',
};

/** `docs/reference/calls.md`: what a scan asks of AWS, out of the call table. */
export function callsReference(): string {
  const actions = [...new Set(calls.flatMap(({ action }) => action ?? []))].sort();
  return [
    '# Calls',
    '',
    '<!-- Generated from src/collect/calls/ by `npm test -- -u`. Do not edit. -->',
    '',
    'Everything that a scan asks of AWS. All of it only reads, and none of it reads the content of logs, objects or',
    'messages.',
    '',
    '| Call | Asked | Permission | Page | Requests a second | Why |',
    '| --- | --- | --- | --- | --- | --- |',
    ...calls.map(
      (call) =>
        `| \`${nameOf(call)}\` | ${asked(call)} | ${call.action === undefined ? 'none needed' : `\`${call.action}\``} | ${pageOf(call)} | ${rateOf(call)} | ${call.why} |`,
    ),
    '',
    'A scan asks what its rules need, and so does `trailwarden collect` where rules or packs are named; else it asks everything but',
    'what is asked on demand. Those calls are',
    'asked where a rule or the configuration needs them, or where `--tags` is given.',
    '',
    'A rate holds for one account in one region. Where it says "of the service", all calls of the service there share it.',
    'For Organizations and Observability Access Manager AWS publishes no rate; 5 is our choice. `--pace` changes all of them by a',
    'factor.',
    '',
    '## Permissions',
    '',
    'The caller needs those of Organizations and `sts:AssumeRole`; the role in each account needs the others.',
    '',
    '```',
    ...actions,
    '```',
    '',
  ].join('\n');
}

function asked(call: Call): string {
  if (call.each === undefined) return where[call.scope];
  return call.scope === 'region' ? `${where.region}, and ${call.each.once}` : call.each.once;
}

function pageOf({ paging, input }: Call): string {
  if (paging === undefined) return 'not paged';
  const size = Object.values(input).find((value) => typeof value === 'number');
  return size === undefined ? 'as AWS cuts them' : `${size}`;
}

function rateOf({ rate, rateOfService }: Call): string {
  return rateOfService === true ? `${rate} of the service` : `${rate}`;
}
