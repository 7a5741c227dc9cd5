// Every place in the schema where a value can stand, with every kind of value and every kind of variable.
import {
  getNamedType, getNullableType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType, isScalarType,
  isSpecifiedScalarType,
} from "graphql";

const literals = [
  "1", "-1", "2147483648", "99999999999999999999", "1.5", '"x"', '""" x """', "true", "ACTIVE", "UA", "null",
  "[]", "[1]", '["x"]', "[null]", "[[1]]", "[ACTIVE]", "{}", "{ a: 1 }", "[{}]",
];
const declared = ["String", "Int", "Boolean", "ID", "Float", "CountryCode", "NaiveDate"];

const isRequired = ({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined;

/** A value of a type, as it stands in a document. */
function sample(type) {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return `[${sample(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) return `{ ${fields(type)} }`;
  return { Int: "1", Boolean: "true", CountryCode: "UA", NaiveDate: '"2020-02-29"' }[type.name] ?? '"x"';
}

/** The fields that an object needs, but for one. */
function fields(type, but) {
  const needed = Object.values(type.getFields()).filter((field) => isRequired(field) && field.name !== but);
  return needed.map((field) => `${field.name}: ${sample(field.type)}`).join(", ");
}

/** Places with different types: `write` makes a document of a value and, where there are any, of variables' definitions. */
export function places(schema) {
  const found = new Map();
  const add = ({ type, defaultValue }, write, depth) => {
    const key = `${type} ${defaultValue === undefined} ${depth > 0}`;
    if (found.has(key)) return;
    found.set(key, { type, write });
    const named = getNamedType(type);
    if (!isInputObjectType(named) || depth > 3) return;
    for (const field of Object.values(named.getFields())) {
      const rest = fields(named, field.name);
      add(field, (value, definitions) => write(`{ ${field.name}: ${value} ${rest} }`, definitions), depth + 1);
    }
  };
  for (const [operation, root] of [["query", schema.getQueryType()], ["mutation", schema.getMutationType()]]) {
    for (const field of Object.values(root.getFields())) {
      const below = isLeafType(getNamedType(field.type)) ? "" : "{ __typename }";
      for (const argument of field.args) {
        const others = field.args.filter((other) => other !== argument && isRequired(other));
        const rest = others.map((other) => `${other.name}: ${sample(other.type)}`).join(", ");
        add(argument, (value, definitions = "") =>
          `${operation} ${definitions} { ${field.name}(${argument.name}: ${value} ${rest}) ${below} }`, 0);
      }
    }
  }
  return [...found.values()];
}

/** The documents. */
export function matrix(schema) {
  const documents = [];
  for (const { type, write } of places(schema)) {
    // In a mutation a scalar of ours may be a list as far as the schema says, of null too. The gateway refuses that one before it
    // runs, and graphql-js when it does: the one difference.
    const isOurs = write("").startsWith("mutation") && isScalarType(getNullableType(type)) && isNonNullType(type)
      && !isSpecifiedScalarType(type.ofType);
    for (const literal of literals) if (!(isOurs && literal === "[null]")) documents.push(write(literal));
    documents.push(write(sample(type)));
    const named = getNamedType(type).name;
    for (const name of new Set([named, ...declared])) {
      for (const variable of [name, `[${name}]`, `[${name}!]`, `[[${name}!]!]`]) {
        documents.push(write("$v", `($v: ${variable})`));
      }
    }
    const value = sample(getNamedType(type));
    for (const definition of [`${named} = null`, `${named} = ${value}`, `[${named}!] = ${value}`, `${named}! = ${value}`]) {
      documents.push(write("$v", `($v: ${definition})`), write("[$v]", `($v: ${definition})`));
    }
  }
  return documents;
}
