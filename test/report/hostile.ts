import type { Finding, Reason } from '../../src/evaluate/finding.ts';
import type { ReportHeader } from '../../src/report/sink.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { sampleFinding, sampleHeader, sampleRule } from './sample.ts';

const kinds = ['fail', 'unknown', 'pass', 'not-applicable'] as const;

/** A finding whose every text field holds the same hostile text. */
export function hostileFinding(text: string, index: number): Finding {
  const verdict = kinds[index % kinds.length] ?? 'fail';
  const sample = sampleFinding({ rule: `rule-${index % 20}`, verdict, waived: index % 8 === 0 });
  const evidence = sample.evidence.map((item) => ({
    ...item,
    call: text,
    region: text,
    time: text,
    requestId: text,
    part: text,
    path: text,
    value: { [text]: text },
    ...(index % 3 === 0 && { error: text }),
  }));
  const resource = { type: text, id: text, account: '111122223333', region: text, name: text };
  const reasonVerdict = verdict === 'not-applicable' ? 'fail' : verdict;
  const link: Reason = {
    kind: 'link',
    verdict: reasonVerdict,
    text,
    field: text,
    resource,
    evidence,
    causes: [{ call: `x:${text}`, account: text, region: text, code: text, message: text }],
    children: [{ kind: 'field', verdict: 'fail', text: 'a field', field: text, found: text, wanted: text }],
  };
  return {
    ...sample,
    resource: { ...resource, account: String(111_122_223_333 + (index % 20)) },
    message: text,
    fix: `${text}\n\nAWS CLI:\n${text}`,
    parameters: { [text]: text },
    evidence,
    source: { file: text, line: 3, column: 2, address: text },
    waiver: sample.waiver && { reason: text, owner: text, ticket: text, expires: text },
    reasons: {
      kind: 'together',
      verdict: reasonVerdict,
      text,
      witness: { [text]: text },
      children: [{ kind: 'path', verdict: reasonVerdict, text, children: [link] }],
    },
  };
}

/** A header whose every text field holds hostile text. */
export function hostileHeader(): ReportHeader {
  const at = (index: number): string => hostileTexts[index % hostileTexts.length] ?? '';
  const header = sampleHeader(
    Array.from({ length: 20 }, (_, index) =>
      sampleRule(`rule-${index}`, 'high', {
        title: at(index),
        service: at(index + 20),
        for: at(index + 40),
        why: at(index + 60),
        fix: at(index + 80),
        references: [at(index + 100), `https://example.com/${at(index)}`],
        tags: [at(index + 120)],
        file: at(index + 140),
        requires: [at(index + 160)],
        source: at(index + 180),
      }),
    ),
  );
  const pack = {
    id: at(3),
    title: at(23),
    edition: at(43),
    controls: [{ id: at(63), title: at(83), rules: ['rule-0', 'rule-1'] }],
  };
  return {
    ...header,
    packs: [pack],
    tool: { name: at(1), version: at(2) },
    manifest: {
      ...header.manifest,
      tool: { name: at(3), version: at(4) },
      caller: { arn: at(5), account: at(6) },
      organization: { id: at(7), managementAccount: at(8) },
      start: at(9),
      end: at(10),
      accounts: Array.from({ length: 20 }, (_, index) => ({
        id: String(111_122_223_333 + index),
        name: at(index),
        state: at(index + 20),
        path: at(index + 40),
        scan: index % 2 === 0 ? ('collected' as const) : ('not-reachable' as const),
        reason: at(index + 60),
        regions: [at(index + 80)],
      })),
      coverage: hostileTexts.map((text, index) => ({
        operation: `cloudtrail:${text}`,
        outcome: 'denied' as const,
        accounts: [String(111_122_223_333 + (index % 20))],
        regions: [text],
        code: text,
        cause: text,
        principal: text,
      })),
      parts: hostileTexts.map((text) => ({ file: text, account: text, records: 1, bytes: 1, sha256: text })),
      rootHash: at(11),
      notices: hostileTexts,
    },
  };
}
