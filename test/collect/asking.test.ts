import { expect, test } from 'vitest';

import { json, jsonError, stubAws } from './aws-stub.ts';

const html = {
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><html><body>Sign in</body></html>',
};
const topic = 'arn:aws:sns:eu-west-1:111111111111:alerts';

test('an answer is recorded as AWS gave it, with request id and time', async () => {
  await using aws = await stubAws(() =>
    json({
      trailList: [{ Name: 'all', TrailARN: 'arn', HomeRegion: 'eu-west-1', IsMultiRegionTrail: true }],
    }),
  );
  const [record] = await aws.ask('cloudtrail:DescribeTrails');
  expect(record).toEqual({
    service: 'cloudtrail',
    operation: 'DescribeTrails',
    account: '111111111111',
    region: 'eu-west-1',
    input: { includeShadowTrails: true },
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    requestId: 'id-1',
    output: {
      trailList: [{ Name: 'all', TrailARN: 'arn', HomeRegion: 'eu-west-1', IsMultiRegionTrail: true }],
    },
  });
});

test('dates are written as ISO 8601 in UTC', async () => {
  await using aws = await stubAws(() => json({ IsLogging: true, LatestDeliveryTime: 1_759_298_100.25 }));
  const [record] = await aws.ask('cloudtrail:GetTrailStatus');
  expect(record?.output).toEqual({ IsLogging: true, LatestDeliveryTime: '2025-10-01T05:55:00.250Z' });
});

test('pages go on over empty ones until there is no token', async () => {
  const pages = [
    { logGroups: [{ logGroupName: 'a' }], nextToken: '1' },
    { logGroups: [], nextToken: '2' },
    { logGroups: [{ logGroupName: 'b' }] },
  ];
  await using aws = await stubAws((_, index) => json(pages[index] ?? {}));
  const records = await aws.ask('logs:DescribeLogGroups');
  expect(records.map(({ page, output }) => [page, output?.['logGroups']])).toEqual([
    [{ number: 1, last: false }, [{ logGroupName: 'a' }]],
    [{ number: 2, last: false }, []],
    [{ number: 3, last: true }, [{ logGroupName: 'b' }]],
  ]);
  expect(aws.asked.map(({ input }) => input)).toEqual([
    { limit: 50 },
    { limit: 50, nextToken: '1' },
    { limit: 50, nextToken: '2' },
  ]);
});

test('a list whose tokens go round ends as failed, with the pages before it', async () => {
  await using aws = await stubAws((call) =>
    json({
      logGroups: [],
      nextToken: call.input['nextToken'] === 'b' ? 'a' : call.input['nextToken'] === 'a' ? 'b' : 'a',
    }),
  );
  const records = await aws.ask('logs:DescribeLogGroups');
  expect(records.map(({ error, page }) => [error?.code, page])).toEqual([
    [undefined, { number: 1, last: false }],
    [undefined, { number: 2, last: false }],
    ['MalformedAnswer', { number: 3, last: false }],
  ]);
  expect(records[2]?.error).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('never end') as string,
  });
});

test('a repeated token that was a slip is asked over', async () => {
  const tokens = ['a', 'a', 'b', undefined];
  await using aws = await stubAws((_, index) => {
    const token = tokens[index];
    return json({ logGroups: [], ...(token === undefined ? {} : { nextToken: token }) });
  });
  const records = await aws.ask('logs:DescribeLogGroups');
  expect(records.map(({ page }) => page?.last)).toEqual([false, false, true]);
});

test('a page that fails leaves the pages before it and says so', async () => {
  await using aws = await stubAws((_, index) =>
    index === 0 ? json({ logGroups: [], nextToken: 'a' }) : jsonError('AccessDeniedException', 'no', 400),
  );
  const records = await aws.ask('logs:DescribeLogGroups');
  expect(records.map(({ page, error }) => [page, error?.outcome])).toEqual([
    [{ number: 1, last: false }, undefined],
    [{ number: 2, last: false }, 'denied'],
  ]);
});

test.each([
  ['throttling', jsonError('ThrottlingException', 'Rate exceeded')],
  ['a 429 without code', { status: 429, ...html }],
  ['a server error', jsonError('InternalFailure', '', 500)],
  ['an HTML page with status 503', { status: 503, ...html }],
  ['an HTML page with status 200', html],
  ['an empty body', { body: '' }],
  ['half a JSON', { body: '{"trailList": [' }],
  ['JSON of somebody else', { body: '{"status": "ok"}' }],
  ['a reset', { how: 'reset' }],
  ['a body that is cut', { ...json({ trailList: [] }), how: 'cut' }],
  [
    'a clock that is off',
    jsonError('InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier', 403),
  ],
] as const)('%s passes: it is asked again', async (_, fault) => {
  await using aws = await stubAws((_call, index) => (index < 3 ? fault : json({ trailList: [] })));
  const records = await aws.ask('cloudtrail:DescribeTrails');
  expect(records).toMatchObject([{ output: { trailList: [] } }]);
  expect(aws.wire.counts).toMatchObject({ calls: 4, retries: 3, errors: 0 });
});

test.each([
  [
    'throttling',
    jsonError('ThrottlingException', 'Rate exceeded'),
    { code: 'ThrottlingException', outcome: 'throttled', status: 400 },
  ],
  ['HTML', { status: 500, ...html }, { code: 'MalformedAnswer', outcome: 'failed', status: 500 }],
  ['resets', { how: 'reset' } as const, { code: 'NetworkError', outcome: 'failed' }],
])('%s without end is a record', async (_, fault, error) => {
  await using aws = await stubAws(() => fault);
  const records = await aws.ask('cloudtrail:DescribeTrails');
  expect(records).toMatchObject([{ error }]);
  expect(records[0]).not.toHaveProperty('output');
  expect(aws.wire.counts).toMatchObject({ calls: 4, errors: 1 });
});

test('an answer that never comes is given up, and asked again', async () => {
  await using aws = await stubAws((_, index) => (index === 0 ? { how: 'hang' } : json({ trailList: [] })), {
    requestTimeout: 100,
  });
  expect(await aws.ask('cloudtrail:DescribeTrails')).toMatchObject([{ output: {} }]);
  expect(aws.wire.counts.retries).toBe(1);
});

test('a denial is not asked again', async () => {
  await using aws = await stubAws(() => jsonError('AccessDeniedException', 'User: arn is not authorized'));
  expect(await aws.ask('cloudtrail:DescribeTrails')).toMatchObject([
    { error: { code: 'AccessDeniedException', message: 'User: arn is not authorized', outcome: 'denied' } },
  ]);
  expect(aws.asked).toHaveLength(1);
});

test('a denial that comes as XML from a JSON service is a denial', async () => {
  await using aws = await stubAws(() => ({
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>User &lt;x&gt; may not</Message></Error></ErrorResponse>',
  }));
  expect(await aws.ask('cloudtrail:DescribeTrails')).toMatchObject([
    { error: { code: 'AccessDenied', message: 'User <x> may not', status: 403, outcome: 'denied' } },
  ]);
});

test('an HTML page with status 403 is a denial by somebody', async () => {
  await using aws = await stubAws(() => ({ status: 403, ...html }));
  expect(await aws.ask('cloudtrail:DescribeTrails')).toMatchObject([
    { error: { code: 'MalformedAnswer', status: 403, outcome: 'denied' } },
  ]);
});

test('an HTML page with status 200 is no empty list of subscriptions', async () => {
  await using aws = await stubAws(() => html);
  const records = await aws.ask('sns:ListSubscriptionsByTopic', { input: { TopicArn: topic } });
  expect(records).toMatchObject([{ error: { code: 'MalformedAnswer', outcome: 'failed' } }]);
});

test('half an XML answer is no answer', async () => {
  const whole = `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member><SubscriptionArn>${topic}:1</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
  await using aws = await stubAws((_, index) => ({
    headers: { 'content-type': 'text/xml' },
    body: index === 0 ? whole.slice(0, 90) : whole,
  }));
  const records = await aws.ask('sns:ListSubscriptionsByTopic', { input: { TopicArn: topic } });
  expect(records).toMatchObject([{ output: { Subscriptions: [{ SubscriptionArn: `${topic}:1` }] } }]);
});

test('half a bucket policy is no answer, though its length fits', async () => {
  const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*"}]}';
  await using aws = await stubAws((_, index) => ({
    headers: { 'content-type': 'application/json' },
    body: index === 0 ? policy.slice(0, 40) : policy,
  }));
  expect(await aws.ask('s3:GetBucketPolicy', { input: { Bucket: 'logs' } })).toMatchObject([
    { output: { Policy: policy } },
  ]);
  expect(aws.asked).toHaveLength(2);
});

test("a topic that does not exist is an answer, under AWS's own code", async () => {
  await using aws = await stubAws(() => ({
    status: 404,
    headers: { 'content-type': 'text/xml' },
    body: '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>',
  }));
  expect(await aws.ask('sns:GetTopicAttributes', { input: { TopicArn: topic } })).toMatchObject([
    { error: { code: 'NotFound', absent: true, outcome: 'obtained' } },
  ]);
  expect(aws.wire.counts.errors).toBe(0);
});

test('a trail that only its owner could miss is not proved absent by another account', async () => {
  await using aws = await stubAws(() => jsonError('TrailNotFoundException', 'Unknown trail'));
  const [own] = await aws.ask('cloudtrail:GetTrailStatus');
  const [foreign] = await aws.ask('cloudtrail:GetTrailStatus', { absenceProved: false });
  expect(own?.error).toMatchObject({ absent: true, outcome: 'obtained' });
  expect(foreign?.error?.absent).toBeUndefined();
  expect(foreign?.error?.outcome).toBe('failed');
});

test('an unknown key means that the region is off only when the key works elsewhere', async () => {
  await using aws = await stubAws((call) =>
    call.region === 'eu-west-1'
      ? json({ trailList: [] })
      : jsonError('UnrecognizedClientException', 'invalid', 403),
  );
  const off = { region: 'af-south-1', recordedRegion: 'af-south-1' };
  expect((await aws.ask('cloudtrail:DescribeTrails', off))[0]?.error?.outcome).toBe('failed');
  await aws.ask('cloudtrail:DescribeTrails');
  expect((await aws.ask('cloudtrail:DescribeTrails', off))[0]?.error?.outcome).toBe('not-enabled');
});

test('a region that does not know log alarms is asked for the other kinds', async () => {
  await using aws = await stubAws((call) =>
    JSON.stringify(call.input['AlarmTypes']).includes('LogAlarm')
      ? jsonError('ValidationError', 'value not in enum')
      : json({ MetricAlarms: [], CompositeAlarms: [] }),
  );
  expect(await aws.ask('cloudwatch:DescribeAlarms')).toMatchObject([
    {
      input: { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 },
      output: { MetricAlarms: [] },
    },
  ]);
});

test('a region without mute rules says that it has none of the kind, one that denies them does not', async () => {
  const answers = [jsonError('UnknownOperationException'), jsonError('AccessDeniedException', 'no')];
  await using aws = await stubAws((_, index) => answers[index] ?? json({}));
  const [unknown] = await aws.ask('cloudwatch:ListAlarmMuteRules');
  const [denied] = await aws.ask('cloudwatch:ListAlarmMuteRules');
  expect(unknown?.error).toMatchObject({ code: 'UnknownOperationException', outcome: 'not-enabled' });
  expect(denied?.error?.outcome).toBe('denied');
  // Of a call that every region has the same words are a failure.
  await using old = await stubAws(() => jsonError('UnknownOperationException'));
  expect((await old.ask('cloudtrail:DescribeTrails'))[0]?.error?.outcome).toBe('failed');
});

test('the external id stays out of the record of a refused role', async () => {
  await using aws = await stubAws(() => ({
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
  }));
  const [record] = await aws.ask('sts:AssumeRole', {
    input: {
      RoleArn: 'arn:aws:iam::222222222222:role/Scan',
      RoleSessionName: 'trailwarden',
      ExternalId: 'shh-example',
    },
  });
  expect(aws.asked[0]?.input['ExternalId']).toBe('shh-example');
  expect(JSON.stringify(record)).not.toContain('shh-example');
  expect(record?.input).toMatchObject({ RoleArn: 'arn:aws:iam::222222222222:role/Scan' });
});

test('a stopped scan cuts what is in flight', async () => {
  const stop = new AbortController();
  await using aws = await stubAws(
    () => {
      stop.abort();
      return { how: 'hang' };
    },
    { signal: stop.signal },
  );
  await expect(aws.ask('cloudtrail:DescribeTrails')).rejects.toThrow(/abort/i);
});

test('an answer without what every answer has is no answer', async () => {
  await using aws = await stubAws(() => json({}));
  const global = { region: 'us-east-1', recordedRegion: 'global' };
  expect(await aws.ask('account:ListRegions', global)).toMatchObject([
    { error: { code: 'MalformedAnswer', outcome: 'failed' } },
  ]);
  // An empty list may be left out.
  expect(await aws.ask('logs:DescribeLogGroups')).toMatchObject([{ output: {} }]);
});

test('the scan names itself to AWS, so that it can be found in CloudTrail', async () => {
  await using aws = await stubAws(() => json({ trailList: [] }), { appId: 'compliance-scan' });
  await aws.ask('cloudtrail:DescribeTrails');
  expect(aws.userAgents[0]).toContain('trailwarden/test');
  expect(aws.userAgents[0]).toContain('app/compliance-scan');
});
