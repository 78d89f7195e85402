import type { JsonObject } from '../../src/json.ts';

/** A signed request for one AWS operation. */
export interface AwsCall {
  /** Service as IAM abbreviates it: `cloudwatch`, not the `monitoring` of the signature. */
  readonly service: string;
  readonly operation: string;
  /** Region of the credential scope. */
  readonly region: string;
  readonly accessKey: string;
  readonly input: JsonObject;
}

/** An answer ready to be sent. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Text as XML carries it. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"'\p{Cc}]/gu, (character) => `&#${character.charCodeAt(0)};`);
}

/** An answer in XML, as all services but S3 give it. */
export function xml(status: number, body: string, requestId: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
