import { expect, test } from 'vitest';

import { detailOf } from '../../src/collect/note.ts';

const role = 'arn:aws:sts::111122223333:assumed-role/TrailwardenScan/trailwarden';
const user = 'arn:aws:iam::111122223333:user/ops/ann';
const denied = (principal: string, rest: string): string =>
  `User: ${principal} is not authorized to perform: cloudtrail:DescribeTrails on resource: arn:aws:cloudtrail:us-east-1:111122223333:trail/x ${rest}`;
const scp = 'arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-deny';

test.each([
  [
    'because no identity-based policy allows the cloudtrail:DescribeTrails action',
    'the policies of the role',
  ],
  ['with an explicit deny in an identity-based policy', 'a deny in the policies of the role'],
  [
    'with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/no-session-policy',
    'a deny in the policies of the role',
  ],
  [
    'because no service control policy allows the cloudtrail:DescribeTrails action',
    'a service control policy',
  ],
  ['with an explicit deny in a service control policy', 'a service control policy'],
  [`with an explicit deny in a service control policy: ${scp}`, 'a service control policy'],
  ['with an explicit deny in a resource control policy', 'a resource control policy'],
  ['because no permissions boundary allows the cloudtrail:DescribeTrails action', 'a permissions boundary'],
  ['with an explicit deny in a permissions boundary', 'a permissions boundary'],
  ['because no session policy allows the cloudtrail:DescribeTrails action', 'a session policy'],
  ['because no VPC endpoint policy allows the cloudtrail:DescribeTrails action', 'a VPC endpoint policy'],
  ['with an explicit deny in a VPC endpoint policy', 'a VPC endpoint policy'],
  ['because no resource-based policy allows the cloudtrail:DescribeTrails action', 'a resource policy'],
  ['with an explicit deny in a resource-based policy', 'a resource policy'],
  // KMS does not say which of three it is.
  [
    'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
    undefined,
  ],
  ['', undefined],
])('denied %s', (rest, by) => {
  const told = detailOf({ code: 'AccessDenied', message: denied(role, rest), outcome: 'denied' });
  const cause = `not authorized to perform: cloudtrail:DescribeTrails ${rest}`;
  expect(told).toEqual({
    code: 'AccessDenied',
    cause: by === undefined ? cause : `by ${by}: ${cause}`,
    principal: role,
  });
});

test('a user is not called a role', () => {
  const message = denied(
    user,
    'because no identity-based policy allows the cloudtrail:DescribeTrails action',
  );
  const told = detailOf({ code: 'AccessDenied', message, outcome: 'denied' });
  expect(told).toMatchObject({
    principal: user,
    cause: expect.stringMatching(/^by the policies of the user: /),
  });
});
