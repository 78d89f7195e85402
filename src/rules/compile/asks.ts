import type { Reason } from '../../evaluate/finding.ts';
import type { Answered, Inquiry, ResourceType } from '../../model/schema.ts';
import { Unknown } from '../../model/unknown.ts';
import type { JsonValue } from '../../json.ts';
import { didYouMean } from '../../suggest.ts';
import type { AsksNode } from '../document.ts';
import type { Check } from './check.ts';
import { valueOf, type CompileContext } from './context.ts';
import { decided, unknown, verdictOf, type Decision } from './decision.ts';
import type { Subject } from './subject.ts';
import { causeText, clip, evidenceOf, inOrder, show, withArticle } from './telling.ts';

/** `asks: NAME, with: {...}`: what the type of resource can be asked, with values. */
export function compileAsks(context: CompileContext, node: AsksNode, type: ResourceType): Check | undefined {
  const { name, place } = node.inquiry;
  const inquiry = type.inquiries?.[name];
  if (inquiry === undefined)
    return context.faults.add(
      place,
      `${withArticle(type.noun)} cannot be asked ${name}`,
      didYouMean(name, Object.keys(type.inquiries ?? {})),
    );
  const given = givenTexts(context, node, name, inquiry);
  if (given === undefined) return undefined;
  for (const call of inquiry.calls) context.calls.add(call);
  const slot = context.slots.of(type.name, `asks ${name} ${JSON.stringify(given)}`);
  const answer = (subject: Subject): Answered => {
    const kept = subject.slots[slot] as Answered | undefined;
    if (kept !== undefined) return kept;
    const told = inquiry.ask(subject.resource, subject.evaluation.model, given);
    subject.slots[slot] = told;
    return told;
  };
  const decide = (subject: Subject): Decision => {
    const { holds } = answer(subject);
    return holds instanceof Unknown ? unknown : decided(holds);
  };
  return {
    decide,
    closeness: (subject) => decide(subject) / 2,
    explain: (subject): Reason => {
      const { holds, because, sources = [] } = answer(subject);
      const evidence = sources.map(({ record, path }) => evidenceOf(record, path));
      const base = { kind: 'field', verdict: verdictOf(decide(subject)), field: name, wanted: 'yes' };
      if (holds instanceof Unknown)
        return { ...base, text: causeText(holds.causes), causes: inOrder(holds.causes), evidence };
      return { ...base, text: clip(because, 300), evidence };
    },
  };
}

/** The values that are given, as texts; undefined and faults where they do not fit. */
function givenTexts(
  context: CompileContext,
  node: AsksNode,
  name: string,
  { parameters }: Inquiry,
): Readonly<Record<string, readonly string[]>> | undefined {
  const before = context.faults.count;
  const given: Record<string, readonly string[]> = {};
  for (const { name: parameter, namePlace, value } of node.with) {
    if (parameters[parameter] === undefined) {
      context.faults.add(
        namePlace,
        `${name} takes no ${parameter}`,
        didYouMean(parameter, Object.keys(parameters)),
      );
      continue;
    }
    const wanted = valueOf(context, value);
    if (wanted === undefined) continue;
    const list: readonly JsonValue[] = Array.isArray(wanted) ? wanted : [wanted];
    const wrong = list.find((item) => typeof item !== 'string');
    if (wrong === undefined) given[parameter] = list.filter((item) => typeof item === 'string');
    else context.faults.add(value.place, `${show(wrong)} is no text`, 'write texts');
  }
  for (const [parameter, { needed }] of Object.entries(parameters))
    if (needed && !node.with.some((one) => one.name === parameter))
      context.faults.add(node.place, `${name} needs ${parameter}`, `write with: { ${parameter}: [...] }`);
  return context.faults.count > before ? undefined : given;
}
