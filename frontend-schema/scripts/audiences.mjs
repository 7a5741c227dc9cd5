// The schema, the audiences, what each of them can see of it, and what its front ends ask.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parse, print, visit } from "graphql";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const audiences = ["mission", "headquarters", "partner"];

/** The schema: of today in `schema`, of the last release in `released`. */
export const schemaFile = (folder = "schema") => `${folder}/schema.graphql`;
/** What an audience can never see of it, by the policy that ships: a coordinate a line. */
export const absentFile = (audience, folder = "schema") => `${folder}/absent/${audience}.txt`;

const read = (file) => readFileSync(join(root, file), "utf8");

/** The text of the whole schema. */
export const wholeText = (folder) => read(schemaFile(folder));

/** The text of an audience's schema: what is left of the whole. */
export const schemaText = (audience, folder) =>
  without(wholeText(folder), read(absentFile(audience, folder)).split("\n").filter(Boolean));

/** A schema without what stands at these coordinates: `Referral`, `Case.owner`, `Query.cases(search:)`, `CaseOrderField.OWNER`. */
export const without = (text, coordinates) => {
  const absent = new Set(coordinates);
  const left = (nodes, coordinate = (name) => name) => nodes?.filter(({ name }) => !absent.has(coordinate(name.value)));
  const kept = (change) => (type) => (absent.has(type.name.value) ? null : { ...type, ...change(type, type.name.value) });
  const fields = ({ fields, interfaces }, type) => ({
    interfaces: left(interfaces),
    fields: left(fields, (name) => `${type}.${name}`)?.map((field) => ({
      ...field,
      arguments: left(field.arguments, (name) => `${type}.${field.name.value}(${name}:)`),
    })),
  });
  const document = visit(parse(text), {
    SchemaDefinition: (schema) => ({
      ...schema,
      operationTypes: schema.operationTypes.filter(({ type }) => !absent.has(type.name.value)),
    }),
    ObjectTypeDefinition: kept(fields),
    InterfaceTypeDefinition: kept(fields),
    InputObjectTypeDefinition: kept(({ fields }, type) => ({ fields: left(fields, (name) => `${type}.${name}`) })),
    UnionTypeDefinition: kept(({ types }) => ({ types: left(types) })),
    EnumTypeDefinition: kept(({ values }, type) => ({ values: left(values, (name) => `${type}.${name}`) })),
    ScalarTypeDefinition: kept(() => ({})),
  });
  return `${print(document)}\n`;
};

/** The files of an audience's operations, with their texts: those of its folder, and those that all share. */
export const operationFiles = (audience) =>
  ["shared", audience].flatMap((folder) => {
    const files = readdirSync(join(root, "operations", folder)).filter((name) => name.endsWith(".graphql"));
    return files.sort().map((name) => {
      const file = `operations/${folder}/${name}`;
      return { file, text: readFileSync(join(root, file), "utf8") };
    });
  });
