export {
  CloudWatchLogsClient as Client,
  DescribeAccountPoliciesCommand,
  DescribeDeliveriesCommand,
  DescribeDeliverySourcesCommand,
  DescribeDestinationsCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeResourcePoliciesCommand,
  DescribeSubscriptionFiltersCommand,
  GetTransformerCommand,
} from '@aws-sdk/client-cloudwatch-logs';
