import { one } from '../define.ts';
import { sinkPolicy } from '../read/monitoring-access.ts';
import type { ResourceType } from '../schema.ts';

export const monitoringSink: ResourceType = {
  name: 'monitoring-sink',
  noun: 'sink of a monitoring account',
  service: 'oam',
  description:
    'A sink of Observability Access Manager, to which other accounts link to show their telemetry.',
  calls: ['oam:ListSinks'],
  fields: { Arn: 'string', Id: 'string', Name: 'string' },
  relations: {
    policy: one({
      to: 'policy',
      description: 'Who may link to it, read by meaning; absent where it has no policy.',
      calls: ['oam:GetSinkPolicy'],
      resolve: (resource, model) => sinkPolicy(model, resource),
    }),
  },
  facts: {},
};
