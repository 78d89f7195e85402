import { fact } from '../define.ts';
import { servicesOf } from '../policy/audience.ts';
import {
  actionsFromOutside,
  letsEveryoneIn,
  namesOfStatement,
  principalsFromOutside,
  sourcesFromOutside,
  statementOf,
} from '../read/policies.ts';
import type { ResourceType } from '../schema.ts';

export const policyStatement: ResourceType = {
  name: 'policy-statement',
  noun: 'statement',
  service: 'iam',
  description:
    'A statement of a policy. What it lets in is what the Deny statements of the same policy leave.',
  calls: [],
  fields: {
    Sid: 'string',
    Effect: 'string',
    Principal: 'json',
    NotPrincipal: 'json',
    Action: 'json',
    NotAction: 'json',
    Resource: 'json',
    NotResource: 'json',
    Condition: 'json',
  },
  relations: {},
  facts: {
    actions: fact({
      shape: 'names',
      description: 'The actions it names; for `grants`.',
      calls: [],
      resolve: (resource) => namesOfStatement(resource, 'actions'),
    }),
    resources: fact({
      shape: 'names',
      description: 'The resources it names; for `grants`.',
      calls: [],
      resolve: (resource) => namesOfStatement(resource, 'resources'),
    }),
    opensToEveryone: fact({
      shape: 'boolean',
      description: 'Whether it lets everybody in, as AWS means "public"; false for a Deny.',
      calls: [],
      resolve: letsEveryoneIn,
    }),
    foreignPrincipals: fact({
      shape: { list: 'string' },
      description:
        'Whom it lets in that is neither of the account nor of the organization: account ids, organization ids, canonical users, identity providers; `*` for everybody. No services.',
      calls: ['organizations:ListAccounts'],
      resolve: principalsFromOutside,
    }),
    foreignActions: fact({
      shape: 'names',
      description: 'What it lets `foreignPrincipals` do; for `grants`.',
      calls: ['organizations:ListAccounts'],
      resolve: actionsFromOutside,
    }),
    services: fact({
      shape: { list: 'string' },
      description:
        'AWS services that it lets in: `cloudtrail.amazonaws.com`. Where it speaks of everybody, those that its conditions on the name of the service leave; `*` where there are none.',
      calls: [],
      resolve: (resource) => {
        const statement = statementOf(resource);
        return statement && [...servicesOf(statement)];
      },
    }),
    foreignSources: fact({
      shape: { list: 'string' },
      description:
        'For whom outside of the account and organization those services may act: account ids, organization ids; `*` for everybody, where no condition on the source (`aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` ...) binds them.',
      calls: ['organizations:ListAccounts'],
      resolve: sourcesFromOutside,
    }),
  },
};
