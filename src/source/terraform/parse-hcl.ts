import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { Language, Parser, type Node } from 'web-tree-sitter';

import { otherExpression, type Block, type Expression, type Parsed } from './syntax.ts';

/** Reads one text of HCL. */
export type HclParser = (text: string) => Parsed;

/** Deeper nesting than any real configuration; guards the stack. */
const deepest = 60;
/**
 * Longest time for one file, in milliseconds, unless said otherwise; a second suffices for a megabyte. Some nonsense takes the parser time that
 * grows with its square and shows in no count of steps, so here alone a clock decides: such a file is left out.
 */
const longestParse = 5000;
/** Files that may take too long before no more are tried. */
const mostSlow = 3;

/**
 * Opens the HCL parser: tree-sitter's grammar as WebAssembly, which runs no code of what it reads and reaches neither files
 * nor network. The grammar stands beside this file when built, and in its package when the sources run directly.
 *
 * @param longest - Longest time for one file, in milliseconds.
 */
export async function openHclParser(longest = longestParse): Promise<HclParser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(await grammar()));
  let slow = 0;
  return (text) => {
    const end = performance.now() + (slow < mostSlow ? longest : 0);
    const tree = parser.parse(text, null, { progressCallback: () => performance.now() > end });
    if (tree === null) {
      parser.reset();
      slow += 1;
      return { fault: { line: 1, column: 1, message: 'takes too long to parse' } };
    }
    try {
      return readTree(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

async function grammar(): Promise<Uint8Array> {
  try {
    return await readFile(new URL('./terraform.wasm', import.meta.url));
  } catch {
    const require = createRequire(import.meta.url);
    return readFile(require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'));
  }
}

function readTree(root: Node): Parsed {
  if (root.hasError) {
    const node = firstFault(root);
    const { row, column } = node.startPosition;
    return {
      fault: {
        line: row + 1,
        column: column + 1,
        message: node.isMissing ? `${node.type} is missing` : 'is no valid HCL',
      },
    };
  }
  const body = root.namedChildren.find((child) => child.type === 'body');
  return {
    body: { type: '', labels: [], place: { line: 1, column: 1 }, ...readBody(body ?? null, 0) },
  };
}

/** The first node in the order of the text that the parser could make nothing of, or had to add. */
function firstFault(root: Node): Node {
  let node = root;
  for (;;) {
    const next = node.children.find((child) => child.isError || child.isMissing || child.hasError);
    if (next === undefined) return node;
    if (next.isError || next.isMissing) return next;
    node = next;
  }
}

function readBody(body: Node | null, depth: number): Pick<Block, 'attributes' | 'blocks'> {
  const attributes = new Map<string, Expression>();
  const blocks: Block[] = [];
  if (body === null || depth > deepest) return { attributes, blocks };
  for (const child of body.namedChildren) {
    if (child.type === 'attribute') {
      const [name, value] = child.namedChildren;
      if (name !== undefined && value !== undefined) attributes.set(name.text, readExpression(value, 0));
    } else if (child.type === 'block') {
      blocks.push(readBlock(child, depth));
    }
  }
  return { attributes, blocks };
}

function readBlock(block: Node, depth: number): Block {
  const [type, ...rest] = block.namedChildren;
  const labels = rest.flatMap((node) => {
    if (node.type === 'identifier') return [node.text];
    const label = node.type === 'string_lit' ? readString(node) : undefined;
    return label === undefined ? [] : [label];
  });
  const { row, column } = block.startPosition;
  return {
    type: type?.text ?? '',
    labels,
    place: { line: row + 1, column: column + 1 },
    ...readBody(rest.find((node) => node.type === 'body') ?? null, depth + 1),
  };
}

function readExpression(node: Node, depth: number): Expression {
  if (depth > deepest) return otherExpression;
  return readSequence(node.children, depth + 1);
}

/** A first term and what is read from it: `var.names[0]`. */
function readSequence(nodes: readonly Node[], depth: number): Expression {
  const [first, ...rest] = nodes.filter((node) => node.type !== 'comment');
  if (first === undefined) return otherExpression;
  // Parentheses: the term stands between them.
  if (first.type === '(')
    return rest.length === 2 && rest[0] ? readExpression(rest[0], depth) : otherExpression;
  if (first.type === 'variable_expr') return readReference(first, rest, depth);
  return rest.length === 0 ? readTerm(first, depth) : otherExpression;
}

function readReference(first: Node, rest: readonly Node[], depth: number): Expression {
  const steps: (string | Expression)[] = [];
  for (const step of rest) {
    const inner = step.namedChildren[0];
    if (step.type === 'get_attr' && inner !== undefined) steps.push(inner.text);
    else if (step.type === 'index' && inner?.type === 'new_index' && inner.namedChildren[0] !== undefined)
      steps.push(readExpression(inner.namedChildren[0], depth));
    else return otherExpression;
  }
  return { kind: 'reference', root: first.text, steps };
}

function readTerm(node: Node, depth: number): Expression {
  if (depth > deepest) return otherExpression;
  const inner = node.namedChildren[0];
  switch (node.type) {
    case 'literal_value':
      return inner === undefined ? otherExpression : readLiteral(inner);
    case 'template_expr':
      return inner?.type === 'quoted_template' ? readTemplate(inner, depth) : otherExpression;
    case 'collection_value':
      return inner === undefined ? otherExpression : readCollection(inner, depth);
    case 'function_call':
      return readCall(node, depth);
    case 'conditional': {
      const [test, yes, no] = node.namedChildren;
      if (test === undefined || yes === undefined || no === undefined) return otherExpression;
      const read = (part: Node): Expression => readExpression(part, depth);
      return { kind: 'conditional', test: read(test), yes: read(yes), no: read(no) };
    }
    case 'operation':
      return inner === undefined ? otherExpression : readOperation(inner, depth + 1);
    default:
      return otherExpression;
  }
}

function readLiteral(node: Node): Expression {
  switch (node.type) {
    case 'string_lit': {
      const value = readString(node);
      return value === undefined ? otherExpression : { kind: 'literal', value };
    }
    case 'numeric_lit': {
      const value = Number(node.text);
      return Number.isFinite(value) ? { kind: 'literal', value } : otherExpression;
    }
    case 'bool_lit':
      return { kind: 'literal', value: node.text === 'true' };
    case 'null_lit':
      return { kind: 'literal', value: null };
    default:
      return otherExpression;
  }
}

function readString(node: Node): string | undefined {
  const texts = node.namedChildren.filter((child) => child.type === 'template_literal');
  return unescaped(texts.map((child) => child.text).join(''));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The text that a quoted literal stands for; undefined where an escape is none of HCL's. */
function unescaped(text: string): string | undefined {
  let sound = true;
  const read = text.replace(
    /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])|([$%])\2\{/g,
    (_, escape: string | undefined, doubled: string | undefined) => {
      if (doubled !== undefined) return `${doubled}{`;
      const code =
        escape !== undefined && escape.length > 1 ? Number.parseInt(escape.slice(1), 16) : undefined;
      if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
      const plain = code === undefined ? escapes[escape ?? ''] : undefined;
      sound &&= plain !== undefined;
      return plain ?? '';
    },
  );
  return sound ? read : undefined;
}

function readTemplate(node: Node, depth: number): Expression {
  const parts: Expression[] = [];
  for (const child of node.namedChildren) {
    if (child.type === 'template_literal') {
      const value = unescaped(child.text);
      if (value === undefined) return otherExpression;
      parts.push({ kind: 'literal', value });
    } else if (child.type === 'template_interpolation') {
      const inner = child.namedChildren.find((part) => part.type === 'expression');
      parts.push(inner === undefined ? otherExpression : readExpression(inner, depth));
    } else if (!child.type.startsWith('quoted_template_')) return otherExpression;
  }
  const [only] = parts;
  // "${var.names}" is the value itself, whatever its type.
  return parts.length === 1 && only !== undefined ? only : { kind: 'template', parts };
}

function readCollection(node: Node, depth: number): Expression {
  if (node.type === 'tuple') {
    const items = node.namedChildren.filter((child) => child.type === 'expression');
    return { kind: 'list', items: items.map((item) => readExpression(item, depth)) };
  }
  if (node.type !== 'object') return otherExpression;
  const entries = node.namedChildren
    .filter((child) => child.type === 'object_elem')
    .flatMap((element): (readonly [Expression, Expression])[] => {
      const [key, value] = element.namedChildren.filter((child) => child.type === 'expression');
      if (key === undefined || value === undefined) return [];
      return [[readKey(key, depth), readExpression(value, depth)]];
    });
  return { kind: 'object', entries };
}

/** A bare word is the name itself, and `aws.audit` is a provider, both as text. */
function readKey(node: Node, depth: number): Expression {
  const key = readExpression(node, depth);
  if (key.kind !== 'reference' || node.children[0]?.type === '(') return key;
  const steps = key.steps.filter((step) => typeof step === 'string');
  return steps.length === key.steps.length
    ? { kind: 'literal', value: [key.root, ...steps].join('.') }
    : otherExpression;
}

function readCall(node: Node, depth: number): Expression {
  const [name, given] = node.namedChildren;
  if (name === undefined) return otherExpression;
  const parts = given?.namedChildren ?? [];
  if (parts.some((part) => part.type !== 'expression')) return otherExpression;
  return { kind: 'call', name: name.text, arguments: parts.map((part) => readExpression(part, depth)) };
}

function readOperation(node: Node, depth: number): Expression {
  if (depth > deepest) return otherExpression;
  const parts = node.children;
  if (node.type === 'unary_operation') {
    if (parts[0]?.type !== '!') return otherExpression;
    return { kind: 'not', operand: readSequence(parts.slice(1), depth + 1) };
  }
  if (node.type !== 'binary_operation') return otherExpression;
  const at = parts.findIndex((part) => ['==', '!=', '&&', '||'].includes(part.type));
  const operator = parts[at]?.type;
  if (operator === undefined) return otherExpression;
  return {
    kind: 'binary',
    operator,
    left: readSequence(parts.slice(0, at), depth + 1),
    right: readSequence(parts.slice(at + 1), depth + 1),
  };
}
