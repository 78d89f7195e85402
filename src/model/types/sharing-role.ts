import { one } from '../define.ts';
import { trustPolicy } from '../read/monitoring-access.ts';
import type { ResourceType } from '../schema.ts';

export const sharingRole: ResourceType = {
  name: 'sharing-role',
  noun: 'role of the CloudWatch console',
  service: 'iam',
  description:
    'The role CloudWatch-CrossAccountSharingRole, through which other accounts look at the CloudWatch of this one.',
  calls: ['iam:GetRole'],
  fields: { RoleName: 'string', RoleId: 'string', Arn: 'string', AssumeRolePolicyDocument: 'string' },
  relations: {
    policy: one({
      to: 'policy',
      description: 'Whom it trusts, read by meaning.',
      calls: [],
      resolve: (resource, model) => trustPolicy(model, resource),
    }),
  },
  facts: {},
};
