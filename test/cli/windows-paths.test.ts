import { posix, win32 } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkReportRequests, parseReportRequest } from '../../src/cli/report-request.ts';
import { parseSourceFolder } from '../../src/cli/source.ts';
import { fileKey, pathBelow, referenceFrom, slashed } from '../../src/paths.ts';
import { kindOf } from '../../src/rules/folder.ts';

test('a path below a folder is written with slashes, whatever the system', () => {
  expect(slashed('rules\\trail\\a.yaml', win32)).toBe('rules/trail/a.yaml');
  // A file may be called so elsewhere.
  expect(slashed('rules\\a.yaml', posix)).toBe('rules\\a.yaml');
  expect(pathBelow('C:\\repo', 'C:\\repo\\infra\\main.tf', win32)).toBe('infra/main.tf');
  expect(pathBelow('C:\\Repo', 'c:\\repo\\infra', win32)).toBe('infra');
  expect(pathBelow('C:\\', 'C:\\infra', win32)).toBe('infra');
  expect(pathBelow('C:\\repo', 'C:\\repo', win32)).toBe('');
  expect(pathBelow('/repo', '/repo/..infra', posix)).toBe('..infra');
});

test.each([
  ['C:\\repo', 'C:\\repository\\main.tf', win32],
  ['C:\\repo', 'C:\\', win32],
  ['C:\\repo', 'D:\\repo\\main.tf', win32],
  ['\\\\server\\share', 'C:\\repo', win32],
  ['/repo', '/Repo/main.tf', posix],
  ['/repo', '/', posix],
])('below %s does not stand %s', (folder, file, paths) => {
  expect(pathBelow(folder, file, paths)).toBeUndefined();
});

test('a rule refers to its schema by a path, or by a URL where that is on another drive', () => {
  expect(referenceFrom('C:\\work\\rules', 'C:\\work\\schemas\\rule.schema.json', win32)).toBe(
    '../schemas/rule.schema.json',
  );
  expect(referenceFrom('D:\\rules', 'C:\\Program Files\\rule.schema.json', win32)).toBe(
    'file:///C:/Program%20Files/rule.schema.json',
  );
});

describe('values of options that hold paths of Windows', () => {
  test('reports', () => {
    expect(parseReportRequest('json=C:\\out\\a=b.json')).toEqual({
      format: 'json',
      file: 'C:\\out\\a=b.json',
    });
    expect(parseReportRequest('html=\\\\server\\share\\r.html').file).toBe('\\\\server\\share\\r.html');
  });

  test('source folders', () => {
    expect(parseSourceFolder('C:\\infra')).toEqual({ folder: 'C:\\infra', accounts: undefined });
    expect(parseSourceFolder('C:\\a=b')).toEqual({ folder: 'C:\\a=b', accounts: undefined });
    expect(parseSourceFolder('all=C:\\infra')).toEqual({ folder: 'C:\\infra', accounts: 'all' });
    expect(parseSourceFolder('111122223333=.\\infra').folder).toBe('.\\infra');
  });

  test('what a file of rules holds is told by its folders, however they are separated', () => {
    expect(
      [
        'C:\\mine\\events\\a.yaml',
        'mine\\packs\\p.yaml',
        'mine/predicates/x.yaml',
        'C:\\mine\\a.test.yaml',
        'C:\\mine\\a.yaml',
      ].map(kindOf),
    ).toEqual(['event-set', 'pack', 'predicate', 'test', 'rule']);
  });
});

test('two names of one file are one', () => {
  const same = (a: string, b: string, paths: typeof win32): boolean =>
    fileKey(paths.resolve('/x'), a, paths) === fileKey(paths.resolve('/x'), b, paths);
  expect(same('out\\Report.json', '.\\OUT\\report.json', win32)).toBe(true);
  expect(same('C:\\r.json', 'c:/r.json', win32)).toBe(true);
  expect(same('Report.json', 'report.json', posix)).toBe(false);
  expect(() => checkReportRequests(['json=a.json', 'csv=./a.json'].map(parseReportRequest))).toThrow(
    'two reports would go to ./a.json',
  );
  checkReportRequests(['json=s3://bucket/a.json', 'csv=s3://bucket/a.csv', 'text'].map(parseReportRequest));
});
