// What the caches of clients are told of the schema: every list and every object without an id, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { typePolicies } from "causeway-frontend-schema/apollo";
import { keys, resolvers } from "causeway-frontend-schema/graphcache";
import { buildSchema, isObjectType } from "graphql";
import { wholeText } from "../scripts/audiences.mjs";

const objects = Object.values(buildSchema(wholeText()).getTypeMap());
const governed = objects.filter((type) => isObjectType(type) && !type.name.startsWith("__"));
const sorted = (names) => [...new Set(names)].sort();
const named = (config, fieldsOf) =>
  sorted(Object.entries(config).flatMap(([type, own]) => Object.keys(fieldsOf(own)).map((name) => `${type}.${name}`)));

test("each list has a policy and a resolver", () => {
  const isList = (field) => String(field.type).replace("!", "").endsWith("Connection");
  const lists = governed.flatMap((type) =>
    Object.values(type.getFields()).filter(isList).map((field) => `${type.name}.${field.name}`),
  );
  assert.ok(lists.includes("Query.cases") && lists.includes("Case.episodes"));
  assert.deepEqual(named(typePolicies, ({ fields }) => fields), sorted(lists));
  assert.deepEqual(named(resolvers, (fields) => fields), sorted(lists));
});

test("what is asked of a list tells it from another, and the page does not", () => {
  assert.deepEqual(typePolicies.Query.fields.cases.keyArgs, ["filter", "missions", "orderBy", "search"]);
  assert.deepEqual(typePolicies.Case.fields.episodes.keyArgs, []);
});

test("each object without an id is known as one", () => {
  const without = governed.filter((type) => !type.getFields().id && !["Query", "Mutation"].includes(type.name));
  assert.deepEqual(Object.keys(keys).sort(), sorted(without.map(({ name }) => name)));
  for (const key of Object.values(keys)) assert.equal(key(), null);
});
