// Whether a gateway takes the same documents for valid as graphql-js does. Arguments: the address and a token. Prints each document
// of which the two think differently, and how many there were; ends with an error where there is one.
import { buildSchema, getIntrospectionQuery, GraphQLError, Kind, OperationTypeNode, parse, specifiedRules, validate } from "graphql";
import { wholeText } from "../scripts/audiences.mjs";
import { matrix } from "./reference/matrix.mjs";
import { invalid, unreadable, valid } from "./reference/rules.mjs";

const [url, token] = process.argv.slice(2);
const sdl = wholeText();
const schema = buildSchema(sdl);
// In a question a scalar of ours is what it is called. In a mutation it may be anything, since mistakes in a form are told by the payload.
const asking = buildSchema(sdl);
const scalars = {
  CountryCode: ({ kind, value }) => [Kind.STRING, Kind.ENUM].includes(kind) && /^[A-Z]{2}$/.test(value),
  NaiveDate: ({ kind, value }) => kind === Kind.STRING && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
};
for (const [name, is] of Object.entries(scalars)) {
  asking.getType(name).parseLiteral = (node) => {
    if (!is(node)) throw new GraphQLError(`no ${name}`);
    return node.value;
  };
}
let failed = 0;
const fail = (why) => { failed += 1; console.log(why); };

/** What graphql-js finds wrong. */
function reference(query, rules = specifiedRules) {
  try {
    const document = parse(query);
    const mutates = document.definitions.some(({ operation }) => operation === OperationTypeNode.MUTATION);
    return validate(mutates ? schema : asking, document, rules).map(({ message }) => message);
  } catch ({ message }) {
    return [message];
  }
}

/** What the gateway finds wrong before it runs anything: then there is no data. */
async function live({ query, ...rest }) {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json",
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ query, ...rest }),
  });
  const body = await answer.json();
  if ("data" in body) return [];
  const wrong = body.errors.filter(({ extensions }) => !["BAD_INPUT", "TOO_COSTLY"].includes(extensions.code));
  if (wrong.length > 0 || answer.status !== 400) fail(`${answer.status} ${JSON.stringify(wrong)}: ${query}`);
  return body.errors.map(({ message }) => message);
}

// The table says what it claims to say.
for (const { name } of specifiedRules) {
  // There are no subscriptions.
  if (name !== "SingleFieldSubscriptionsRule" && !invalid[name]) fail(`no document for ${name}`);
}
for (const [name, documents] of Object.entries(invalid)) {
  const rule = specifiedRules.find((rule) => rule.name === name);
  for (const query of documents) if (reference(query, [rule]).length === 0) fail(`${name} does not refuse ${query}`);
}
for (const query of unreadable) {
  try {
    parse(query);
    fail(`this can be read: ${query}`);
  } catch {}
}
for (const { query } of valid) for (const message of reference(query)) fail(`not valid, ${message}: ${query}`);

const everything = { directiveIsRepeatable: true, inputValueDeprecation: true, oneOf: true, schemaDescription: true, specifiedByUrl: true };
const asked = [
  ...valid,
  { query: getIntrospectionQuery(everything) },
  ...[...Object.values(invalid).flat(), ...unreadable, ...matrix(schema)].map((query) => ({ query })),
];
const turns = asked.values();
async function client() {
  for (const request of turns) {
    const [wrong, refused] = [reference(request.query), await live(request)];
    if (wrong.length > 0 === refused.length > 0) continue;
    fail(`graphql-js: ${wrong[0] ?? "valid"} | gateway: ${refused[0] ?? "valid"}\n  ${request.query}`);
  }
}
await Promise.all(Array.from({ length: 8 }, client));
console.log(`documents: ${asked.length}, disagreements: ${failed}`);
process.exitCode = failed === 0 ? 0 : 1;
