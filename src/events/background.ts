import { field, not, or, type Predicate } from './predicate.ts';
import { exactly, startingWith, textIn, valueTest } from './value-test.ts';

/** Kinds of JSON values; a `line` is a text without line breaks. */
export type ValueKind = 'text' | 'line' | 'number' | 'boolean' | 'null' | 'object' | 'array';

/**
 * What is known of a field of every record.
 *
 * - `always`: it stands in every record.
 * - `usual`: it stands in the records that AWS writes today, but nothing promises it. A judgement that rests on its absence
 *   is undecided.
 * - `optional`: it may be missing.
 */
export interface FieldFact {
  /** Names joined by ".". */
  readonly path: string;
  readonly presence: 'always' | 'usual' | 'optional';
  readonly kinds: readonly ValueKind[];
}

/** What is known of the records among which a judgement is made. Fields that are not named may be missing or hold anything. */
export interface Background {
  readonly fields: readonly FieldFact[];
  /** What fields have to do with each other. */
  readonly bonds?: readonly Bond[];
}

/**
 * What is expected of records, but not promised: an event outside of it is no ground to say that an event is missed. Looked
 * at only where the judgement is about the field in the first place.
 */
export interface Bond {
  /** Names joined by ".". */
  readonly about: string;
  readonly expected: Predicate;
  /** Why a judgement that rests on it is undecided. */
  readonly why: string;
}

const whyReadOnly =
  'it depends on $.readOnly, which CloudTrail calls optional and sets by the call; say in the event set what its calls are';
const whyManagement =
  'it depends on $.managementEvent, which CloudTrail calls optional; judge by the events themselves instead';

const readNames = field(
  'eventName',
  valueTest({
    text: textIn(
      ...['Get', 'List', 'Describe', 'Lookup', 'Head', 'Search'].map((prefix) => startingWith(prefix)),
    ),
  }),
);
const isText = (path: string, text: string): Predicate =>
  field(path, valueTest({ text: textIn(exactly(text)) }));
const isTruth = (path: string, truth: boolean): Predicate =>
  field(path, valueTest({ [truth ? 'true' : 'false']: true }));

/**
 * The CloudTrail record, from "CloudTrail record contents" and "CloudTrail userIdentity element" of the CloudTrail user guide.
 * Insight events and a few service events lack `eventName` or `eventSource`; no event set asks for them by what they lack.
 */
export const cloudTrailRecords: Background = {
  fields: [
    ...fields('always', 'line', [
      'eventVersion',
      'eventTime',
      'eventSource',
      'eventName',
      'awsRegion',
      'sourceIPAddress',
      'eventID',
      'eventType',
    ]),
    ...fields('always', 'object', ['userIdentity']),
    { path: 'requestParameters', presence: 'always', kinds: ['object', 'null'] },
    { path: 'responseElements', presence: 'always', kinds: ['object', 'null'] },
    ...fields('usual', 'boolean', ['readOnly', 'managementEvent']),
    ...fields('usual', 'line', ['eventCategory', 'recipientAccountId']),
    ...fields('optional', 'line', [
      'userAgent',
      'errorCode',
      'requestID',
      'apiVersion',
      'sharedEventID',
      'vpcEndpointId',
      'vpcEndpointAccountId',
      'sessionCredentialFromConsole',
      'userIdentity.type',
      'userIdentity.userName',
      'userIdentity.principalId',
      'userIdentity.arn',
      'userIdentity.accountId',
      'userIdentity.accessKeyId',
      'userIdentity.invokedBy',
      'userIdentity.identityProvider',
      'userIdentity.credentialId',
      'userIdentity.sessionContext.sessionIssuer.type',
      'userIdentity.sessionContext.sessionIssuer.principalId',
      'userIdentity.sessionContext.sessionIssuer.arn',
      'userIdentity.sessionContext.sessionIssuer.accountId',
      'userIdentity.sessionContext.sessionIssuer.userName',
      'userIdentity.sessionContext.attributes.creationDate',
      'userIdentity.sessionContext.attributes.mfaAuthenticated',
      'userIdentity.sessionContext.sourceIdentity',
      'userIdentity.sessionContext.ec2RoleDelivery',
      'userIdentity.sessionContext.webIdFederationData.federatedProvider',
      'additionalEventData.MFAUsed',
      'additionalEventData.MFAIdentifier',
      'additionalEventData.LoginTo',
      'additionalEventData.MobileVersion',
      'responseElements.ConsoleLogin',
      'tlsDetails.tlsVersion',
      'tlsDetails.cipherSuite',
      'tlsDetails.clientProvidedHostHeader',
    ]),
    ...fields('optional', 'text', ['errorMessage']),
    ...fields('optional', 'object', [
      'userIdentity.sessionContext',
      'userIdentity.sessionContext.sessionIssuer',
      'userIdentity.sessionContext.attributes',
      'userIdentity.sessionContext.webIdFederationData',
      'userIdentity.onBehalfOf',
      'additionalEventData',
      'serviceEventDetails',
      'insightDetails',
      'addendum',
      'edgeDeviceDetails',
      'tlsDetails',
    ]),
    ...fields('optional', 'array', ['resources']),
  ],
  bonds: [
    // Whether a call is a read is a property of its name; the common prefixes are all that is sure without a catalogue.
    { about: 'readOnly', expected: or(not(isTruth('readOnly', true)), readNames), why: whyReadOnly },
    { about: 'readOnly', expected: or(not(isTruth('readOnly', false)), not(readNames)), why: whyReadOnly },
    {
      about: 'managementEvent',
      expected: or(not(isTruth('managementEvent', false)), not(isText('eventCategory', 'Management'))),
      why: whyManagement,
    },
    {
      about: 'managementEvent',
      expected: or(not(isTruth('managementEvent', true)), not(isText('eventCategory', 'Data'))),
      why: whyManagement,
    },
  ],
};

/** Records of which nothing is known: every field may be missing or hold anything. */
export const anyRecords: Background = { fields: [] };

function fields(presence: FieldFact['presence'], kind: ValueKind, paths: readonly string[]): FieldFact[] {
  return paths.map((path) => ({ path, presence, kinds: [kind] }));
}
