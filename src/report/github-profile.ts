import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * What GitHub code scanning would refuse, misread or cut, beyond what the SARIF schema says. Limits and rules are those of
 * GitHub's pages "SARIF support for code scanning" and "SARIF results exceed one or more limits".
 */
export interface ProfileProblem {
  /** `refused`: the upload fails. `misread`: it is taken, and shows something else than was meant. */
  readonly effect: 'refused' | 'misread';
  /** JSON pointer into the file. */
  readonly pointer: string;
  readonly text: string;
}

export interface ProfileOptions {
  /** Tells whether a path, relative to the root of the repository, exists there. Without it paths are not looked up. */
  readonly exists?: (path: string) => boolean;
  /** Size of the file after gzip, in bytes. Without it the size is not checked. */
  readonly compressedBytes?: number;
}

const limits = {
  compressedBytes: 10_000_000,
  runs: 20,
  resultsRefused: 25_000,
  resultsKept: 5_000,
  rules: 25_000,
  tagsRefused: 20,
  tagsShown: 10,
  locationsRefused: 1_000,
  description: 1_024,
  name: 255,
};

type Report = (effect: ProfileProblem['effect'], pointer: string, text: string) => void;

/** Checks a parsed SARIF file against GitHub's profile. Gives every problem, in the order of the file. */
export function checkGithubProfile(log: JsonValue, options: ProfileOptions = {}): readonly ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const report: Report = (effect, pointer, text) => void problems.push({ effect, pointer, text });

  if (!isJsonObject(log)) {
    report('refused', '', 'a SARIF file is a JSON object');
    return problems;
  }
  if (typeof log['$schema'] !== 'string') report('refused', '/$schema', 'the schema is not named');
  if (log['version'] !== '2.1.0') report('refused', '/version', 'the version must be 2.1.0');
  const runs = listOf(log['runs']);
  if (runs.length === 0) report('refused', '/runs', 'there is no run');
  if (runs.length > limits.runs)
    report('refused', '/runs', `${runs.length} runs; at most ${limits.runs} are taken`);
  if (options.compressedBytes !== undefined && options.compressedBytes > limits.compressedBytes) {
    report(
      'refused',
      '',
      `${options.compressedBytes} bytes after gzip; at most ${limits.compressedBytes} are taken`,
    );
  }
  const categories = new Set<string>();
  runs.forEach((run, index) => {
    const pointer = `/runs/${index}`;
    if (!isJsonObject(run)) {
      report('refused', pointer, 'a run is an object');
      return;
    }
    checkCategory(run, pointer, categories, report);
    checkRun(run, pointer, options, report);
  });
  return problems;
}

function checkCategory(run: JsonObject, pointer: string, categories: Set<string>, report: Report): void {
  const details = objectOf(run['automationDetails']);
  const id = textOf(details?.['id']) ?? '';
  const category = id.includes('/') ? id.slice(0, id.lastIndexOf('/')) : '';
  const driver = objectOf(objectOf(run['tool'])?.['driver']);
  const key = JSON.stringify([driver?.['name'], driver?.['semanticVersion'], category]);
  if (categories.has(key)) {
    report(
      'refused',
      `${pointer}/automationDetails`,
      'another run of this tool in the file has the same category',
    );
  }
  categories.add(key);
  if (details !== undefined && !id.includes('/')) {
    report(
      'misread',
      `${pointer}/automationDetails/id`,
      'without a slash the id is no category: end it with "/"',
    );
  }
}

function checkRun(run: JsonObject, pointer: string, options: ProfileOptions, report: Report): void {
  const driver = objectOf(objectOf(run['tool'])?.['driver']);
  if (driver === undefined || !nonEmpty(driver['name'])) {
    report('refused', `${pointer}/tool/driver/name`, 'the tool has no name');
  }
  const rules = listOf(driver?.['rules']);
  if (rules.length > limits.rules) {
    report(
      'refused',
      `${pointer}/tool/driver/rules`,
      `${rules.length} rules; at most ${limits.rules} are taken`,
    );
  }
  rules.forEach((rule, index) => checkRule(rule, `${pointer}/tool/driver/rules/${index}`, report));
  listOf(run['invocations']).forEach((invocation, index) => {
    if (objectOf(invocation)?.['executionSuccessful'] !== true) {
      report(
        'refused',
        `${pointer}/invocations/${index}/executionSuccessful`,
        'the run is not marked successful: code scanning refuses it, so that no alert of what was not seen is closed',
      );
    }
  });
  if (!Array.isArray(run['results'])) {
    report('refused', `${pointer}/results`, 'the list of results is missing (it may be empty)');
    return;
  }
  const results = listOf(run['results']);
  if (results.length > limits.resultsRefused) {
    report(
      'refused',
      `${pointer}/results`,
      `${results.length} results; at most ${limits.resultsRefused} are taken`,
    );
  } else if (results.length > limits.resultsKept) {
    report('misread', `${pointer}/results`, `${results.length} results; only ${limits.resultsKept} are kept`);
  }
  const identities = new Set<string>();
  const missing = new Set<string>();
  results.forEach((result, index) => {
    checkResult(result, `${pointer}/results/${index}`, { rules, identities, missing, options, report });
  });
}

function checkRule(given: JsonValue, pointer: string, report: Report): void {
  const rule = objectOf(given);
  if (rule === undefined || !nonEmpty(rule['id'])) {
    report('refused', `${pointer}/id`, 'the rule has no id');
    return;
  }
  const name = textOf(rule['name']);
  if (name !== undefined && name.length > limits.name)
    report('refused', `${pointer}/name`, 'the name is too long');
  for (const member of ['shortDescription', 'fullDescription', 'help']) {
    const text = objectOf(rule[member])?.['text'];
    if (!nonEmpty(text)) report('refused', `${pointer}/${member}/text`, 'a text is required');
    else if (member !== 'help' && (textOf(text)?.length ?? 0) > limits.description) {
      report('refused', `${pointer}/${member}/text`, `longer than ${limits.description} characters`);
    }
  }
  const properties = objectOf(rule['properties']);
  const tags = listOf(properties?.['tags']);
  if (tags.length > limits.tagsRefused) {
    report(
      'refused',
      `${pointer}/properties/tags`,
      `${tags.length} tags; at most ${limits.tagsRefused} are taken`,
    );
  } else if (tags.length > limits.tagsShown) {
    report('misread', `${pointer}/properties/tags`, `${tags.length} tags; ${limits.tagsShown} are shown`);
  }
  checkSecuritySeverity(properties, tags, `${pointer}/properties`, report);
}

function checkSecuritySeverity(
  properties: JsonObject | undefined,
  tags: readonly JsonValue[],
  pointer: string,
  report: Report,
): void {
  const given = properties?.['security-severity'];
  if (given === undefined) return;
  const value = typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isNaN(value)) {
    report('refused', `${pointer}/security-severity`, 'must be a number, written as a string');
  } else if (value === 0 || value > 10) {
    report('misread', `${pointer}/security-severity`, 'outside of 0.1 to 10.0: shows no security severity');
  } else if (value === 9) {
    report(
      'misread',
      `${pointer}/security-severity`,
      'exactly 9.0 lies between the bands of high and critical',
    );
  }
  if (!tags.includes('security')) {
    report('misread', `${pointer}/tags`, 'a rule with security-severity needs the tag "security"');
  }
}

interface ResultContext {
  readonly rules: readonly JsonValue[];
  readonly identities: Set<string>;
  /** Paths already reported as missing. */
  readonly missing: Set<string>;
  readonly options: ProfileOptions;
  readonly report: Report;
}

function checkResult(given: JsonValue, pointer: string, context: ResultContext): void {
  const { report, rules, identities } = context;
  const result = objectOf(given);
  if (result === undefined) {
    report('refused', pointer, 'a result is an object');
    return;
  }
  if (!nonEmpty(objectOf(result['message'])?.['text'])) {
    report('refused', `${pointer}/message/text`, 'a text is required; a message id alone is refused');
  }
  const kind = result['kind'];
  if (kind !== undefined && kind !== 'fail') {
    report('misread', `${pointer}/kind`, `a result of kind ${JSON.stringify(kind)} shows as an open alert`);
  }
  if (listOf(result['suppressions']).length > 0) {
    report(
      'misread',
      `${pointer}/suppressions`,
      'suppressions are not honoured: this shows as an open alert',
    );
  }
  const ruleId = textOf(result['ruleId']) ?? textOf(objectOf(result['rule'])?.['id']);
  const index = result['ruleIndex'];
  const indexed = typeof index === 'number' ? textOf(objectOf(rules[index])?.['id']) : undefined;
  if (ruleId === undefined && indexed === undefined) {
    report('refused', `${pointer}/ruleId`, 'the rule is not named');
  } else if (indexed !== undefined && ruleId !== undefined && indexed !== ruleId) {
    report('misread', `${pointer}/ruleIndex`, `points at rule ${indexed}, not ${ruleId}`);
  }
  const uri = checkLocation(result, pointer, context);
  const hash = textOf(objectOf(result['partialFingerprints'])?.['primaryLocationLineHash']);
  if (hash === undefined) {
    report(
      'misread',
      `${pointer}/partialFingerprints/primaryLocationLineHash`,
      'missing: results of one rule on one line become one alert',
    );
    return;
  }
  const identity = JSON.stringify([ruleId ?? indexed, uri, hash]);
  if (identities.has(identity)) {
    report(
      'misread',
      `${pointer}/partialFingerprints`,
      'another result has the same rule, path and fingerprint',
    );
  }
  identities.add(identity);
}

function checkLocation(result: JsonObject, pointer: string, context: ResultContext): string | undefined {
  const { report, options, missing } = context;
  const locations = listOf(result['locations']);
  if (locations.length === 0) {
    report('refused', `${pointer}/locations`, 'at least one location is expected');
    return undefined;
  }
  if (locations.length > limits.locationsRefused) {
    report(
      'refused',
      `${pointer}/locations`,
      `${locations.length} locations; at most ${limits.locationsRefused}`,
    );
  }
  const place = `${pointer}/locations/0/physicalLocation`;
  const physical = objectOf(objectOf(locations[0])?.['physicalLocation']);
  const uri = textOf(objectOf(physical?.['artifactLocation'])?.['uri']);
  if (uri === undefined || uri === '') {
    report('refused', `${place}/artifactLocation/uri`, 'an artifact location is expected');
    return undefined;
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) {
    report(
      'refused',
      `${place}/artifactLocation/uri`,
      `"${uri}" has a scheme: only paths in the repository are taken`,
    );
  } else if (
    uri.startsWith('/') ||
    uri.split('/').includes('..') ||
    uri.includes('\\') ||
    /[\s[\]<>"]/.test(uri)
  ) {
    report('misread', `${place}/artifactLocation/uri`, `"${uri}" is not a plain relative path in URI form`);
  } else if (options.exists !== undefined && !missing.has(uri) && !options.exists(decodePath(uri))) {
    missing.add(uri);
    report(
      'misread',
      `${place}/artifactLocation/uri`,
      `"${uri}" is not in the repository: the alert shows no file`,
    );
  }
  const startLine = objectOf(physical?.['region'])?.['startLine'];
  if (typeof startLine !== 'number' || startLine < 1) {
    report('misread', `${place}/region/startLine`, 'a start line is expected');
  }
  return uri;
}

function decodePath(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function nonEmpty(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
