import { fact } from '../define.ts';
import { foreignWatcher } from '../read/monitoring-access.ts';
import type { ResourceType } from '../schema.ts';

export const monitoringLink: ResourceType = {
  name: 'monitoring-link',
  noun: 'link to a monitoring account',
  service: 'oam',
  description: 'A link of Observability Access Manager: a monitoring account sees telemetry of this one.',
  calls: ['oam:ListLinks'],
  fields: {
    Arn: 'string',
    Id: 'string',
    Label: 'string',
    ResourceTypes: { list: 'string' },
    SinkArn: 'string',
  },
  relations: {},
  facts: {
    foreignAccount: fact({
      shape: 'string',
      description: 'The account that sees it, where that is neither this one nor of its organization.',
      calls: ['organizations:ListAccounts'],
      resolve: foreignWatcher,
    }),
  },
};
