// What is left of a schema without some coordinates.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSchema, printSchema } from "graphql";
import { audiences, schemaText, without } from "../scripts/audiences.mjs";

const whole = `
  schema { query: Query mutation: Mutation }
  interface Node { id: ID! }
  interface Named { name: String }
  type One implements Node & Named { id: ID! name: String }
  type Two implements Node { id: ID! one: One }
  union Either = One | Two
  enum Order { NAME ID }
  input Filter { name: String id: ID }
  scalar Day
  type Query { one(order: Order, filter: Filter): One two: Two either: Either day: Day }
  type Mutation { change: Boolean }
`;

test("what is named goes, and nothing else", () => {
  const absent = "Mutation One Two.one Order.NAME Filter.name Query.one Query.day Day Named".split(" ");
  const left = `
    schema { query: Query }
    interface Node { id: ID! }
    type Two implements Node { id: ID! }
    union Either = Two
    enum Order { ID }
    input Filter { id: ID }
    type Query { two: Two either: Either }
  `;
  const printed = (text) => printSchema(buildSchema(text));
  assert.equal(printed(without(whole, absent)), printed(left));
  assert.equal(printed(without(whole, [])), printed(whole));
  assert.equal(buildSchema(without(whole, ["Query.one(order:)"])).getQueryType().getFields().one.args.length, 1);
});

test("each audience has a schema of its own", () => {
  const types = (audience) => new Set(Object.keys(buildSchema(schemaText(audience)).getTypeMap()));
  const [mission, headquarters, partner] = audiences.map(types);
  assert.ok(mission.has("Mutation") && !headquarters.has("Mutation") && !partner.has("Mutation"));
  assert.ok(headquarters.has("Trafficker") && !partner.has("Trafficker") && partner.has("Case"));
});
