import { expect, test } from 'vitest';

import { PatternFault } from '../../src/events/pattern-fault.ts';
import { parseEventSelectors, readEventSelectors } from '../../src/events/selectors/reader.ts';

function refusal(text: string): string {
  try {
    parseEventSelectors(text);
    return 'accepted';
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

test('a trail without selectors has the default of the service', () => {
  expect(readEventSelectors({ TrailARN: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t' })).toEqual({
    kind: 'default',
  });
  expect(readEventSelectors({ EventSelectors: [], AdvancedEventSelectors: null })).toEqual({
    kind: 'default',
  });
});

test('basic selectors have the defaults of the service', () => {
  expect(readEventSelectors({ EventSelectors: [{}] })).toEqual({
    kind: 'classic',
    selectors: [
      {
        readWriteType: 'All',
        includeManagementEvents: true,
        excludeManagementEventSources: [],
        dataResources: [],
      },
    ],
  });
});

test('a lone list is told apart by what stands in it', () => {
  expect(parseEventSelectors('[{"ReadWriteType": "ReadOnly"}]').kind).toBe('classic');
  const advanced = '[{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]';
  expect(parseEventSelectors(advanced)).toEqual({
    kind: 'advanced',
    selectors: [{ fields: [{ field: 'eventCategory', operators: { Equals: ['Management'] } }] }],
  });
});

test('what CloudTrail would never answer is refused with its place', () => {
  const texts = [
    'x',
    '"x"',
    '{"EventSelectors": {}}',
    '{"EventSelectors": [1]}',
    '{"EventSelectors": [{"ReadWriteType": "Everything"}]}',
    '{"EventSelectors": [{"IncludeManagementEvents": "true"}]}',
    '{"EventSelectors": [{"IncludeManagmentEvents": true}]}',
    '[{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3", 5]}]}]',
    '{"EventSelectors": [{}], "AdvancedEventSelectors": [{"FieldSelectors": []}]}',
    '{"AdvancedEventSelectors": [{"FieldSelectors": []}]}',
    '[{"FieldSelectors": [{"Field": "eventCategory", "Equal": ["Data"]}]}]',
    '[{"FieldSelectors": [{"Field": "eventCategory"}]}]',
    '[{"FieldSelectors": [{"Equals": ["Data"]}]}]',
    '[{"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]},\n  {"Field": "readOnly", "Equals": ["false"]}]}]',
  ];
  expect(texts.map(refusal)).toMatchInlineSnapshot(`
    [
      "line 1, column 1: "x": a JSON value is expected",
      "line 1, column 1: event selectors: an object with event selectors is expected",
      "line 1, column 2: EventSelectors: a list is expected",
      "line 1, column 21: EventSelectors[0]: an object is expected",
      "line 1, column 22: EventSelectors[0].ReadWriteType: All, ReadOnly or WriteOnly is expected",
      "line 1, column 22: EventSelectors[0].IncludeManagementEvents: true or false is expected",
      "line 1, column 22: EventSelectors[0].IncludeManagmentEvents: unknown member, did you mean IncludeManagementEvents?; known are ReadWriteType, IncludeManagementEvents, DataResources, ExcludeManagementEventSources",
      "line 1, column 74: EventSelectors[0].DataResources[0].Values[1]: a text is expected",
      "line 1, column 26: AdvancedEventSelectors: a trail has basic or advanced selectors, never both",
      "line 1, column 30: AdvancedEventSelectors[0].FieldSelectors: at least one field selector is expected",
      "line 1, column 49: AdvancedEventSelectors[0].FieldSelectors[0].Equal: unknown member, did you mean Equals?; known are Field, Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith",
      "line 1, column 22: AdvancedEventSelectors[0].FieldSelectors[0]: an operator with a value is expected, one of Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith",
      "line 1, column 22: AdvancedEventSelectors[0].FieldSelectors[0].Field: a text is expected",
      "line 2, column 4: AdvancedEventSelectors[0].FieldSelectors[1].Field: readOnly has a selector already",
    ]
  `);
});
