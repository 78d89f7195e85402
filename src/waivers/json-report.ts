import { UserFault } from '../fault.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * The members of a JSON report (schemas/report.schema.json). `file` is what messages call it.
 * @throws UserFault when the text is not such a report
 */
export function readJsonReport(
  text: string,
  file: string,
): { readonly report: JsonObject; readonly findings: readonly JsonObject[] } {
  let report: JsonValue;
  try {
    report = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new UserFault(
      `${file}: not JSON (${(error as Error).message}); a JSON report of trailwarden is expected`,
      { cause: error },
    );
  }
  const version = isJsonObject(report) ? report['schemaVersion'] : undefined;
  const findings = isJsonObject(report) ? report['findings'] : undefined;
  if (!isJsonObject(report) || typeof version !== 'string' || !Array.isArray(findings)) {
    throw new UserFault(`${file}: not a JSON report of trailwarden; write one with --format json=FILE`);
  }
  if (!version.startsWith('1.')) {
    throw new UserFault(
      `${file}: a report of version ${version}; this trailwarden reads version 1: upgrade it`,
    );
  }
  const list = findings as readonly JsonValue[];
  const broken = list.findIndex((finding) => !isFinding(finding));
  if (broken >= 0)
    throw new UserFault(`${file}: findings[${broken}] is not a finding; write the report again`);
  return { report, findings: list.filter(isJsonObject) };
}

function isFinding(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    ['rule', 'verdict', 'fingerprint', 'message'].every((name) => typeof value[name] === 'string') &&
    isJsonObject(value['resource']) &&
    ['id', 'account', 'region', 'name', 'type'].every(
      (name) => typeof (value['resource'] as JsonObject)[name] === 'string',
    )
  );
}
