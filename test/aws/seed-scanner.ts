/** Whom the emulator lets scan once it asks for permissions: a user of the management account, and a role in each other account. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';

import type { Policy } from '../../src/collect/role.ts';
import { assumed, managementPlace, seededRole, type SeededOrganization } from './seed-organization.ts';

const user = { UserName: 'scanner', PolicyName: 'scan' };

/** Makes them, and gives the environment that makes the AWS SDK the user. */
export async function seedScanner(
  url: string,
  accounts: SeededOrganization,
  caller: Policy,
  member: Policy,
): Promise<Readonly<Record<string, string>>> {
  const place = managementPlace(url);
  const iam = new IAMClient(place.config);
  await iam.send(new CreateUserCommand(user));
  await allowScanner(url, caller);
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand(user));
  for (const account of Object.values<string>({ ...accounts })) {
    if (account === accounts.management) continue;
    const there = new IAMClient((await assumed(url, place, account, 'us-east-1')).config);
    const trust = [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }];
    await there.send(
      new CreateRoleCommand({
        RoleName: seededRole,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
      }),
    );
    await there.send(
      new PutRolePolicyCommand({
        RoleName: seededRole,
        PolicyName: user.PolicyName,
        PolicyDocument: JSON.stringify(member),
      }),
    );
  }
  return {
    AWS_ACCESS_KEY_ID: key?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey ?? '',
  };
}

/** Gives the user this policy alone. */
export async function allowScanner(url: string, policy: Policy): Promise<void> {
  const iam = new IAMClient(managementPlace(url).config);
  await iam.send(new PutUserPolicyCommand({ ...user, PolicyDocument: JSON.stringify(policy) }));
}
