import { expect, test } from 'vitest';

import { classify } from '../../src/collect/classify.ts';
import { detailOf } from '../../src/collect/note.ts';
import { remedyOf, remedyOfRole, type Scanner } from '../../src/collect/remedy.ts';

const scanner: Scanner = {
  caller: 'arn:aws:sts::111111111111:assumed-role/Audit/nightly',
  account: '111111111111',
  roleName: 'tools/Scan',
  managementAccount: '999999999999',
};
const role = 'arn:aws:iam::222222222222:role/tools/Scan';
const policy = 'arn:aws:organizations::999999999999:policy/o-abc/service_control_policy/p-1';
const topic = 'arn:aws:sns:eu-west-1:333333333333:alerts';
const exemption = `"Condition": {"ArnNotLike": {"aws:PrincipalArn": "${role}"}}`;
const allow = '{"Effect":"Allow","Action":"logs:DescribeLogGroups","Resource":"*"}';
const because = (kind: string): string => `because no ${kind} allows the logs:DescribeLogGroups action`;
const deny = (kind: string): string => `with an explicit deny in ${kind}`;

/** Which refusal: the end of AWS's message, what is advised; the caller's own where `own`. */
const refusals: readonly (readonly [end: string, advice: string, own?: boolean])[] = [
  [because('identity-based policy'), `in 222222222222, add to a policy of role tools/Scan: ${allow}`],
  [
    because('identity-based policy'),
    `in 111111111111, add to a policy of the identity that scans (arn:aws:iam::111111111111:role/Audit): ${allow}`,
    true,
  ],
  [
    deny('an identity-based policy'),
    'in 222222222222, a policy of role tools/Scan denies it: take logs:DescribeLogGroups out of that Deny statement',
  ],
  [
    because('permissions boundary'),
    `in 222222222222, add to the permissions boundary of role tools/Scan: ${allow}`,
  ],
  [
    deny('a permissions boundary'),
    'in 222222222222, the permissions boundary of role tools/Scan denies it: take logs:DescribeLogGroups out of that Deny statement',
  ],
  [
    deny(`a service control policy: ${policy}`),
    `in 999999999999, in ${policy}, add to the statement that denies logs:DescribeLogGroups: ${exemption}`,
  ],
  [
    deny('a service control policy'),
    `in 999999999999, in the service control policy that applies to 222222222222, add to the statement that denies logs:DescribeLogGroups: ${exemption}`,
  ],
  [
    because('service control policy'),
    `in 999999999999, add to a service control policy of each level above 222222222222: ${allow}`,
  ],
  [
    deny('a resource control policy'),
    `in 999999999999, in the resource control policy that applies to 222222222222, add to the statement that denies logs:DescribeLogGroups: ${exemption}`,
  ],
  [
    deny('a resource-based policy'),
    `in 333333333333, in the policy of ${topic}, add to the statement that denies logs:DescribeLogGroups: ${exemption}`,
  ],
  [
    because('resource-based policy'),
    `in 333333333333, in the policy of ${topic}, add: {"Effect":"Allow","Principal":{"AWS":"${role}"},"Action":"logs:DescribeLogGroups","Resource":"${topic}"}`,
  ],
  [
    because('session policy'),
    `the session of role tools/Scan is narrowed by a session policy: sign in without it, or add to it: ${allow}`,
  ],
  [
    because('VPC endpoint policy'),
    'in the policy of the VPC endpoint through which this machine asks, allow logs:DescribeLogGroups to role tools/Scan',
  ],
  [
    '',
    `in 222222222222, add to a policy of role tools/Scan: ${allow}; if it is allowed there, AWS does not say what refuses: an organization policy, a permissions boundary or the policy of what is asked about`,
  ],
];

function refusedWith(action: string, end: string): ReturnType<typeof classify>['error'] {
  const message = `User: arn:aws:sts::222222222222:assumed-role/Scan/x is not authorized to perform: ${action} ${end}`;
  const thrown = {
    name: 'AccessDeniedException',
    message: message.trim(),
    $metadata: { httpStatusCode: 400 },
  };
  return classify(thrown, { absent: [], credentialsWork: true }).error;
}

test.each(refusals.map(([end, ...rest]) => [end, rest] as const))(
  'refused %s',
  (end, [advice, byCaller = false]) => {
    const error = refusedWith('logs:DescribeLogGroups', end);
    const { code, cause } = detailOf(error);
    const accounts = [byCaller ? '111111111111' : '222222222222'];
    const asked = { actions: ['logs:DescribeLogGroups'], resource: topic, accounts, byCaller };
    expect(remedyOf({ outcome: error.outcome, code, cause, ...asked }, scanner)).toBe(advice);
  },
);

test.each([
  [
    '',
    'in 222222222222, create role tools/Scan, or have its trust policy name arn:aws:iam::111111111111:role/Audit: CREATE',
  ],
  [
    'because no identity-based policy allows the sts:AssumeRole action',
    'in 111111111111, add to a policy of the identity that scans (arn:aws:iam::111111111111:role/Audit): {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/tools/Scan"}',
  ],
  [
    `with an explicit deny in a service control policy: ${policy}`,
    `in 999999999999, in ${policy}, add to the statement that denies sts:AssumeRole: "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/Audit"}}`,
  ],
])('a role that is refused %s', (end, advice) => {
  const error = refusedWith('sts:AssumeRole', end);
  const refusal = { outcome: error.outcome, ...detailOf(error) };
  expect(remedyOfRole('222222222222', refusal, scanner, 'CREATE')).toContain(advice);
});
