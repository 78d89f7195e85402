/**
 * Values that AWS documents for fields of text, by resource type, as of August 2026. AWS adds to them: they serve to find
 * mistakes in rules, never to judge an answer.
 */
export const knownValues: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  account: {
    State: ['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'],
    Status: ['ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE'],
    state: ['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'],
    JoinedMethod: ['INVITED', 'CREATED'],
  },
  organization: { FeatureSet: ['ALL', 'CONSOLIDATED_BILLING'] },
  alarm: {
    ComparisonOperator: [
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
      'LessThanLowerOrGreaterThanUpperThreshold',
      'LessThanLowerThreshold',
      'GreaterThanUpperThreshold',
    ],
    EvaluationState: ['PARTIAL_DATA', 'EVALUATION_FAILURE', 'EVALUATION_ERROR'],
    StateValue: ['OK', 'ALARM', 'INSUFFICIENT_DATA'],
    Statistic: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
    TreatMissingData: ['breaching', 'notBreaching', 'ignore', 'missing'],
  },
  'composite-alarm': { StateValue: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] },
  'log-alarm': { StateValue: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] },
  'event-rule': {
    State: ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
  },
  'log-group': {
    logGroupClass: ['STANDARD', 'INFREQUENT_ACCESS', 'ESSENTIALS', 'DELIVERY'],
    class: ['STANDARD', 'INFREQUENT_ACCESS', 'ESSENTIALS', 'DELIVERY'],
  },
};
