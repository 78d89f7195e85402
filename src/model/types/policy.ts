import { fact, many } from '../define.ts';
import { allowsEveryone, allowsOnlyTls, letsEveryoneIn, statementsOf } from '../read/policies.ts';
import type { ResourceType } from '../schema.ts';

export const policy: ResourceType = {
  name: 'policy',
  noun: 'policy',
  service: 'iam',
  description:
    'The policy document that a resource carries. Its facts are worked out by meaning: Deny wins over Allow.',
  calls: [],
  fields: { Version: 'string', Id: 'string' },
  relations: {
    statements: many({
      to: 'policy-statement',
      description: 'Statements of the policy.',
      calls: [],
      resolve: (resource, model) => statementsOf(model, resource),
    }),
  },
  facts: {
    opensToEveryone: fact({
      shape: 'boolean',
      description:
        'Whether a statement lets everybody in, as AWS means "public". Conditions on fixed accounts, organizations, sources and networks close it; wildcards in them do not.',
      calls: [],
      resolve: letsEveryoneIn,
    }),
    allowsEveryone: fact({
      shape: 'boolean',
      description: 'As `opensToEveryone`, whatever Deny statements take away.',
      calls: [],
      resolve: allowsEveryone,
    }),
    requiresTls: fact({
      shape: 'boolean',
      description:
        'Whether it denies everybody every action over plain HTTP, on the resource and all that is in it.',
      calls: [],
      resolve: allowsOnlyTls,
    }),
  },
};
