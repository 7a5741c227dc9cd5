// What Apollo Client's cache is told of `withheld`: of every type that has it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { typePolicies } from "causeway-frontend-schema/apollo";
import { buildSchema, isObjectType } from "graphql";
import { audiences, schemaText } from "../scripts/audiences.mjs";

test("each type with `withheld` has a policy", () => {
  const types = audiences.flatMap((audience) => Object.values(buildSchema(schemaText(audience)).getTypeMap()));
  const governed = types.filter((type) => isObjectType(type) && type.getFields().withheld).map(({ name }) => name);
  assert.deepEqual(Object.keys(typePolicies).sort(), [...new Set(governed)].sort());
});
