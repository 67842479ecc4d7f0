// DynamoDB's condition expressions, as far as the functions use them, over plain items.

export type Item = Readonly<Record<string, unknown>>;

export interface ExpressionInput {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

const TOKENS = /\s*([A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|<>|<=|>=|[=<>(),])/y;

/** @throws Error for whatever it does not know, so that a new expression can't pass unseen. */
export function conditionHolds(input: ExpressionInput, item: Item = {}): boolean {
  if (input.ConditionExpression === undefined) {
    return true;
  }
  const tokens = tokenise(input.ConditionExpression);
  const holds = anyOf(tokens, input, item);
  if (tokens.length > 0) {
    throw new Error(`The condition goes on where it should end: ${tokens.join(' ')}`);
  }
  return holds;
}

export function attributeName(token: string, { ExpressionAttributeNames }: ExpressionInput): string {
  if (!token.startsWith('#')) {
    return token;
  }
  return known(ExpressionAttributeNames?.[token], token);
}

export function attributeValue(token: string, { ExpressionAttributeValues }: ExpressionInput): unknown {
  return known(ExpressionAttributeValues?.[token], token);
}

/** Both sides are always read, so that a mistake on either is found. */
function anyOf(tokens: string[], input: ExpressionInput, item: Item): boolean {
  let holds = allOf(tokens, input, item);
  while (tokens[0] === 'OR') {
    tokens.shift();
    const other = allOf(tokens, input, item);
    holds ||= other;
  }
  return holds;
}

function allOf(tokens: string[], input: ExpressionInput, item: Item): boolean {
  let holds = term(tokens, input, item);
  while (tokens[0] === 'AND') {
    tokens.shift();
    const other = term(tokens, input, item);
    holds &&= other;
  }
  return holds;
}

function term(tokens: string[], input: ExpressionInput, item: Item): boolean {
  const token = tokens.shift();
  if (token === '(') {
    const holds = anyOf(tokens, input, item);
    expect(tokens, ')');
    return holds;
  }
  if (token === 'attribute_exists' || token === 'attribute_not_exists') {
    expect(tokens, '(');
    const name = attributeName(known(tokens.shift(), token), input);
    expect(tokens, ')');
    return name in item === (token === 'attribute_exists');
  }
  const name = attributeName(known(token, 'a term'), input);
  const comparison = known(tokens.shift(), name);
  return compare(item[name], comparison, attributeValue(known(tokens.shift(), comparison), input));
}

/** Values of different types, and missing ones, are neither equal nor in any order. */
function compare(left: unknown, comparison: string, right: unknown): boolean {
  const [a, b] = [left as number, right as number];
  const comparable = typeof left === typeof right;
  switch (comparison) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return comparable && a < b;
    case '<=':
      return comparable && a <= b;
    case '>':
      return comparable && a > b;
    case '>=':
      return comparable && a >= b;
    default:
      throw new Error(`The condition compares by "${comparison}", which is not known here`);
  }
}

function tokenise(expression: string): string[] {
  const tokens: string[] = [];
  for (TOKENS.lastIndex = 0; TOKENS.lastIndex < expression.trimEnd().length; ) {
    tokens.push(known(TOKENS.exec(expression)?.[1], expression));
  }
  return tokens;
}

function expect(tokens: string[], token: string): void {
  if (tokens.shift() !== token) {
    throw new Error(`The condition lacks "${token}"`);
  }
}

function known<T>(value: T | undefined, where: string): T {
  if (value === undefined) {
    throw new Error(`The condition can't be read at "${where}"`);
  }
  return value;
}
