import type { Call } from './call.ts';
import { regionIf } from './places.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorders',
    scope: 'region',
    input: {},
    hasUnlessEmpty: 'ConfigurationRecorders',
    rate: 10,
    action: 'config:DescribeConfigurationRecorders',
    why: 'What AWS Config records of the state of resources.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorderStatus',
    scope: 'item',
    input: {},
    each: {
      answers: ['config:DescribeConfigurationRecorders'],
      once: 'once in each region with a configuration recorder',
      items: (answer) => regionIf(answer, 'ConfigurationRecorders'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'ConfigurationRecordersStatus',
    rate: 10,
    action: 'config:DescribeConfigurationRecorderStatus',
    why: 'Whether the recorder runs and delivers.',
  },
];
