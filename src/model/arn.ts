/** The parts of an Amazon Resource Name; `resource` is everything after the fifth colon. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  /** Empty where the service leaves it out. */
  readonly account: string;
  readonly resource: string;
}

/** Splits an ARN; undefined for text that is none. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(':');
  const [prefix, partition, service, region, account] = parts;
  if (prefix !== 'arn' || parts.length < 6) return undefined;
  if (partition === undefined || service === undefined || region === undefined || account === undefined) {
    return undefined;
  }
  return { partition, service, region, account, resource: parts.slice(5).join(':') };
}
